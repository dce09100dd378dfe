// One post of the brand: its words, its picture, its counts, its comment threads and the box to write in.

import { avatar, el, icon, keyed } from "../dom.js";
import { age, moment, number, t } from "../i18n.js";
import { art } from "./art.js";
import { commentNode } from "./comment.js";
import { pictures } from "./pictures.js";
import { WriteBox } from "./write.js";

const THREADS = 4; // threads shown before "earlier": those with the newest activity

export class PostCard {
  constructor(square, post) {
    this.square = square;
    this.all = false;
    this.replyTo = null; // { id, name, brand }
    this.editing = null;
    this.head = el("div", { class: "post-head" });
    this.text = el("div", { class: "post-text", dir: "auto" });
    this.stats = el("div", { class: "stats" });
    this.threads = el("div", { class: "threads" });
    this.box = new WriteBox(square, { testid: "comment-box", send: (text) => square.act("comment", { member: square.member, post: this.post.id, text }) });
    this.node = el("article", { class: "post", id: `post-${post.id}`, tabindex: "-1", data: { testid: "post", id: post.id } },
      this.head, this.text, pictures(post.media), art(post.art), this.stats, this.threads, this.box.node);
    this.update(post);
  }

  update(post) {
    this.post = post;
    const { square } = this;
    const { brand } = square.state;
    const part = post.part && t("part", post.part);
    this.node.setAttribute("aria-label", [brand.name, part, (post.text || post.media[0]?.alt || "").slice(0, 60)].filter(Boolean).join(": "));
    this.node.classList.toggle("part", Boolean(part));
    this.node.classList.toggle("goes-on", Boolean(part) && post.part.n < post.part.of);
    keyed(this.head, [[brand, age(post.created_at), part]], {
      key: () => "head",
      build: () => el("div", { class: "post-by" }, avatar(brand), el("div", {}, el("h3", { dir: "auto" }, brand.name), el("time", { class: "muted", datetime: post.created_at, title: moment(post.created_at) }, age(post.created_at))),
        part && el("span", { class: "part-badge", data: { testid: "part" } }, part)),
    });
    if (this.text.textContent !== post.text) this.text.textContent = post.text;
    const liked = post.likes.includes(square.member);
    keyed(this.stats, [[liked, post.likes.length + post.crowd, post.total, post.views]], {
      key: () => "stats",
      build: () => el("div", { class: "stats-in" },
        el("button", { type: "button", class: `like${liked ? " on" : ""}`, "aria-pressed": String(liked), "aria-label": `${t(liked ? "unlike" : "like")}, ${t("likes", { n: post.likes.length + post.crowd })}`, data: { testid: "like", focus: "like" }, on: { click: () => square.act("like", { member: square.member, post: this.post.id }) } }, icon("heart"), number(post.likes.length + post.crowd)),
        el("span", { class: "muted" }, icon("comment"), t("comments", { n: post.total })), el("span", { class: "muted seen" }, t("views_n", { n: post.views }))),
    });
    this.box.update(t("write_comment", { name: square.me.name }));
    this.paintThreads();
  }

  paintThreads() {
    const { post, square } = this;
    const threads = new Map();
    for (const one of post.comments) threads.set(one.thread, [...(threads.get(one.thread) ?? []), one]);
    const standing = [...threads.values()].filter((thread) => thread.some((one) => !one.deleted));
    const latest = (thread) => thread.at(-1).created_at;
    const newest = [...standing].sort((a, b) => (latest(a) < latest(b) ? 1 : -1));
    const kept = new Set(this.all ? standing : newest.slice(0, THREADS));
    if (this.replyTo) for (const thread of standing) if (thread.some((one) => one.id === this.replyTo.id)) kept.add(thread);
    const items = [];
    if (standing.length > kept.size) items.push({ key: "earlier", n: standing.length - kept.size });
    for (const thread of standing.filter((one) => kept.has(one))) {
      for (const one of thread) {
        if (one.deleted && one.id !== one.thread) continue;
        items.push({ key: one.id, one, above: thread.find((other) => other.id === one.parent)?.author.name, member: square.member, editing: this.editing === one.id, minute: age(one.created_at) });
      }
      if (this.replyTo && thread.some((one) => one.id === this.replyTo.id)) items.push({ key: `box-${this.replyTo.id}-${this.replyTo.brand}`, box: this.replyTo });
    }
    if (!standing.length) items.push({ key: "none", none: true });
    keyed(this.threads, items, {
      key: (item) => item.key,
      build: (item) => (item.one ? commentNode(item, this)
        : item.box ? this.replyBox(item.box)
          : item.n ? el("button", { type: "button", class: "text-button", data: { testid: "earlier" }, on: { click: () => { this.all = true; this.paintThreads(); } } }, t("earlier", { n: item.n }))
            : el("p", { class: "muted none" }, t("none_yet"))),
    });
  }

  replyBox({ id, name, brand }) {
    const { square } = this;
    const box = new WriteBox(square, {
      testid: brand ? "answer-box" : "reply-box", brand,
      cancel: () => { this.replyTo = null; this.paintThreads(); square.find(`comment-${id}`)?.focus(); },
      send: async (text) => {
        const made = brand ? await square.act("answer", { id, text }) : await square.act("comment", { member: square.member, post: this.post.id, text, parent: id });
        if (made) { this.replyTo = null; this.paintThreads(); }
        return made;
      },
    });
    box.update(t(brand ? "answering" : "write_reply", { name }));
    queueMicrotask(() => box.focus());
    return box.node;
  }

  answer(one, brand) {
    this.replyTo = { id: one.id, name: one.author.name, brand };
    this.paintThreads();
  }

  edit(id) {
    this.editing = id;
    this.paintThreads();
    if (id) this.square.find(`comment-${id}`)?.querySelector("textarea")?.focus();
  }

  reveal(id) {
    if (!this.post.comments.some((one) => one.id === id)) return;
    this.all = true;
    this.paintThreads();
  }
}
