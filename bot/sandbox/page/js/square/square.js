// The left half: the audience square, as seen by whichever member you choose to be.

import { avatar, el, icon, keyed } from "../dom.js";
import { lang, t } from "../i18n.js";
import { post, Reader } from "../net.js";
import { say, toast } from "../overlay.js";
import { Directs } from "./directs.js";
import { PostCard } from "./post.js";
import { threaded } from "./threads.js";

export class Square {
  constructor(news) {
    this.news = news;
    this.member = localStorage.getItem("member");
    this.view = "posts";
    this.state = null;
    this.known = null;
    this.cards = new Map();
    this.reader = new Reader(() => "/sandbox/square/state?latest=80", (state) => this.update(state), 150);
    setInterval(() => { if (this.state) this.paint(); }, 30_000); // ages grow old without any event
  }

  draw() {
    this.cards = new Map();
    this.brand = el("div", { class: "brand" });
    this.faces = el("div", { class: "faces", role: "radiogroup", "aria-label": t("member_pick"), data: { testid: "member-picker" } });
    this.name = el("p", { class: "who" });
    this.talk = el("button", { type: "button", class: "icon-button", data: { testid: "talk" }, on: { click: () => this.toggleTalk() } });
    this.tabs = el("div", { class: "square-tabs", role: "group", "aria-label": t("views") });
    this.posts = el("div", { class: "posts" });
    this.directs = new Directs(this);
    this.scroller = el("div", { class: "square-body", tabindex: "0", role: "region", "aria-label": t("square") }, this.brand, this.posts, this.directs.node);
    this.pill = el("button", { type: "button", class: "pill", hidden: true, data: { testid: "new-pill" } });
    this.node = el("section", { class: "half square", id: "half-square", tabindex: "-1", "aria-label": t("square"), data: { testid: "square" } },
      el("header", { class: "square-head" },
        el("div", { class: "me-line" }, el("span", { class: "i-am" }, t("i_am")), this.name, el("span", { class: "grow" }), this.talk),
        this.faces, this.tabs),
      this.scroller, this.pill);
    if (this.state) this.update(this.state);
    return this.node;
  }

  refresh() { return this.reader.read(); }

  seen() { this.pill.hidden = true; }

  get me() { return this.state.members.find((one) => one.id === this.member); }

  update(state) {
    this.state = state;
    if (!this.me) this.member = (state.members.find((one) => one.locale.slice(0, 2) === lang().slice(0, 2)) ?? state.members[0]).id;
    this.paint();
    this.announce();
  }

  paint() {
    const { state, me } = this;
    keyed(this.brand, [state.brand], { key: () => "brand", build: (brand) => this.brandNode(brand) });
    keyed(this.faces, state.members, {
      key: (member) => member.id,
      build: (member) => el("label", { class: "face-choice", title: `${member.name} @${member.handle}` },
        el("input", { type: "radio", name: "member", value: member.id, checked: member.id === this.member, "aria-label": member.name, on: { change: () => this.choose(member.id) } }), avatar(member)),
    });
    for (const input of this.faces.querySelectorAll("input")) input.checked = input.value === this.member;
    this.name.replaceChildren(el("strong", {}, me.name), el("small", {}, ` @${me.handle}`));
    const label = t(state.settings.talk ? "talk_on" : "talk_off");
    this.talk.replaceChildren(icon(state.settings.talk ? "pause" : "play"));
    this.talk.title = label;
    this.talk.setAttribute("aria-label", label);
    const mine = state.directs.filter((one) => one.thread === `d-${me.id}` && !one.deleted);
    keyed(this.tabs, ["posts", "directs"], {
      key: (tab) => tab, sig: (tab) => `${tab}${this.view === tab}${mine.length}`,
      build: (tab) => el("button", { type: "button", class: "square-tab", "aria-pressed": String(this.view === tab), data: { testid: `square-${tab}`, focus: tab }, on: { click: () => this.show(tab) } },
        icon(tab === "posts" ? "feed" : "mail"), t(tab), tab === "directs" && mine.length > 0 && el("span", { class: "count" }, String(mine.length))),
    });
    this.posts.hidden = this.view !== "posts";
    this.brand.hidden = this.view !== "posts";
    this.directs.node.hidden = this.view !== "directs";
    keyed(this.posts, threaded(state.posts), {
      key: (one) => one.id,
      sig: (one) => JSON.stringify([one, this.member, Math.floor(Date.now() / 60000)]),
      build: (one) => {
        const card = new PostCard(this, one);
        this.cards.set(one.id, card);
        return card.node;
      },
      update: (node, one) => this.cards.get(one.id).update(one),
    });
    this.directs.update(mine);
    if (!this.arrived && location.hash) this.jump(location.hash.slice(1));
    this.arrived = true;
  }

  brandNode(brand) {
    return el("div", { class: "brand-in" }, avatar(brand, "big"), el("div", {}, el("h2", { dir: "auto" }, brand.name),
      el("p", { class: "muted" }, `@${brand.handle}・${t("followers", { n: brand.followers })}`), el("p", { class: "about", dir: "auto" }, brand.about)));
  }

  choose(member) {
    this.member = member;
    localStorage.setItem("member", member);
    this.paint();
  }

  show(view) {
    this.view = view;
    this.paint();
    this.scroller.scrollTop = 0;
  }

  toggleTalk() { this.act("settings", { talk: !this.state.settings.talk }); }

  // One act of a person; false, and a notice, when the square said no.
  async act(name, body) {
    try {
      const made = await post(`/sandbox/square/${name}`, body);
      this.refresh();
      return made;
    } catch (problem) {
      toast(t("failed", { error: problem.message }));
      return false;
    }
  }

  // New since the last look: read out, and, when it stands out of sight, offered as a pill to jump to.
  announce() {
    const comments = this.state.posts.flatMap((one) => one.comments);
    const fresh = this.known ? comments.filter((one) => !this.known.has(one.id) && !one.deleted) : [];
    const directs = this.known ? this.state.directs.filter((one) => !this.known.has(one.id)) : [];
    this.known = new Set([...comments, ...this.state.directs].map((one) => one.id));
    for (const one of fresh.slice(-2)) say(`${t(one.by_brand ? "new_reply" : "new_from", { name: one.author.name })}: ${one.text.slice(0, 120)}`);
    if (fresh.length || directs.length) this.news();
    for (const one of fresh) this.find(`comment-${one.id}`)?.classList.add("fresh");
    const last = fresh.filter((one) => one.author.id !== this.member).at(-1);
    const node = last && this.find(`comment-${last.id}`);
    if (!node || this.inSight(node)) return;
    this.pill.replaceChildren(icon(last.by_brand ? "reply" : "comment", 16), t(last.by_brand ? "new_reply" : "new_from", { name: last.author.name }));
    this.pill.onclick = () => this.jump(`comment-${last.id}`);
    this.pill.hidden = false;
    clearTimeout(this.pillTimer);
    this.pillTimer = setTimeout(() => { this.pill.hidden = true; }, 12000);
  }

  find(id) { return [...this.scroller.querySelectorAll("[id]")].find((node) => node.id === id); }

  inSight(node) {
    const [box, port] = [node.getBoundingClientRect(), this.scroller.getBoundingClientRect()];
    return box.bottom > port.top && box.top < port.bottom;
  }

  jump(id) {
    this.pill.hidden = true;
    if (id.startsWith("direct-")) {
      const direct = this.state.directs.find((one) => `direct-${one.id}` === id);
      if (direct) this.choose(direct.thread.slice(2));
      this.show("directs");
    }
    if (id.startsWith("comment-")) for (const card of this.cards.values()) card.reveal(id.slice(8));
    const node = this.find(id);
    node?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    node?.focus({ preventScroll: true });
    node?.classList.add("fresh");
  }
}
