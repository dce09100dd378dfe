// The right half: a Slack of its own for one chosen colleague. Holds what is shown and asks the sandbox for the rest.

import { avatar, el, icon, keyed } from "../dom.js";
import { lang, t } from "../i18n.js";
import { Failed, post, Reader } from "../net.js";
import { ask, say, toast } from "../overlay.js";
import { plain, spoken } from "../blocks/mrkdwn.js";
import { Composer } from "./composer.js";
import { Home } from "./home.js";
import { MessageList } from "./messages.js";
import { Modals } from "./modal.js";
import { Sidebar } from "./sidebar.js";
import { Thread } from "./thread.js";

export class Slack {
  constructor(news) {
    this.news = news;
    this.user = localStorage.getItem("slack-user");
    this.place = "channel"; // or "home", "direct"
    this.channel = null;
    this.state = null;
    this.heard = null;
    this.reader = new Reader(() => `/sandbox/slack/state?user=${encodeURIComponent(this.user ?? "U0PINYU")}&latest=300`, (state) => this.update(state));
  }

  draw() {
    this.sidebar = new Sidebar(this);
    this.list = new MessageList(this);
    this.composer = new Composer(this);
    this.home = new Home(this);
    this.thread = new Thread(this);
    this.notices = el("div", { class: "notices", role: "alert" });
    this.title = el("h2", { class: "place-title", id: "slack-title" });
    this.topic = el("p", { class: "topic", dir: "auto" });
    this.appTabs = el("div", { class: "app-tabs", role: "group", "aria-label": t("views"), hidden: true });
    this.main = el("div", { class: "workspace" },
      el("header", { class: "place-head" }, el("div", { class: "place-name" }, this.title, this.topic), this.appTabs),
      this.list.node, this.home.node, this.notices, this.composer.node);
    this.node = el("section", { class: "half slack", id: "half-slack", tabindex: "-1", "aria-label": t("slack"), data: { testid: "slack" } },
      this.sidebar.node, this.main, this.thread.node);
    this.modals = new Modals(this.node, this);
    if (this.state) this.update(this.state);
    return this.node;
  }

  refresh() { return this.reader.read(); }

  update(state) {
    if (!this.user || !state.users.some((one) => one.id === this.user && !one.is_bot)) {
      const mine = state.users.filter((one) => !one.is_bot);
      this.user = (mine.find((one) => one.locale.slice(0, 2) === lang().slice(0, 2)) ?? mine[0]).id;
      if (this.user !== state.me) return this.refresh();
    }
    this.state = state;
    const users = new Map(state.users.map((one) => [one.id, one]));
    this.team = {
      me: users.get(state.me), users, bot: state.users.find((one) => one.is_bot), name: state.team.name,
      channels: new Map(state.channels.map((one) => [one.id, one])), groups: new Map((state.groups ?? []).map((one) => [one.id, one.handle])),
    };
    this.channel ??= state.channels.find((one) => !one.direct)?.id ?? null;
    this.direct = state.channels.find((one) => one.direct)?.id ?? null;
    this.announce();
    this.paint();
    return undefined;
  }

  // Everything that depends on where we are; cheap, because only what changed is touched.
  paint() {
    const { state, team } = this;
    if (!state) return;
    const here = this.here();
    const channel = team.channels.get(here);
    const app = this.place !== "channel";
    this.node.lang = lang() === "en" ? "en" : "zh-Hant-TW";
    this.sidebar.update(state, team);
    this.title.replaceChildren(app ? avatar({ ...team.bot, initials: "編" }, "square") : icon("hash"), app ? team.bot.real_name : channel?.name ?? "");
    this.topic.textContent = app ? t(state.connected ? "connected" : "disconnected") : channel?.topic ?? "";
    this.appTabs.hidden = !app;
    keyed(this.appTabs, app ? ["home", "direct"] : [], {
      key: (tab) => tab, sig: (tab) => `${tab}${this.place === tab}`,
      build: (tab) => el("button", { type: "button", class: "app-tab", "aria-pressed": String(this.place === tab), data: { testid: `app-tab-${tab}`, focus: tab }, on: { click: () => this.go(tab) } }, t(tab === "home" ? "home_tab" : "messages_tab")),
    });
    this.list.node.hidden = this.place === "home";
    this.home.node.hidden = this.place !== "home";
    this.composer.node.hidden = this.place === "home" || !here;
    if (this.place === "home") this.home.update(state.home);
    else this.list.update(here, state.messages[here] ?? [], state.ephemerals.filter((one) => one.channel === here));
    this.composer.update(channel, state);
    this.thread.update();
    this.modals.sync(state.views);
    this.showNotices(state.notices);
  }

  here() { return this.place === "channel" ? this.channel : this.direct; }

  go(place, channel) {
    this.place = place;
    if (channel) this.channel = channel;
    this.thread.close(false);
    if (place === "home") this.home.open();
    this.paint();
    this.list.toEnd();
  }

  choose(user) {
    this.user = user;
    this.baseline = undefined;
    this.heard = null;
    localStorage.setItem("slack-user", user);
    if (this.place === "home") this.home.open();
    this.refresh();
  }

  // Reads out what has come since the last look, once.
  announce() {
    const all = Object.values(this.state.messages).flat().concat(this.state.ephemerals);
    const newest = all.reduce((most, one) => (one.ts > most ? one.ts : most), "0");
    if (this.heard && newest > this.heard) {
      for (const one of all.filter((one) => one.ts > this.heard && one.user !== this.user).slice(-2)) {
        say(t("new_message", { name: this.nameOf(one.user), text: spoken(one.text, this.team).slice(0, 200) }));
      }
      this.news();
    }
    this.heard = newest;
  }

  nameOf(user) { return this.team.users.get(user)?.real_name ?? user; }

  showNotices(notices) {
    this.baseline ??= Math.max(0, ...notices.map((one) => one.id));
    keyed(this.notices, notices.filter((one) => one.id > this.baseline).slice(-3), {
      key: (one) => one.id,
      build: (one) => el("div", { class: "notice", data: { testid: "notice", kind: one.kind } }, icon("warn"), el("span", { dir: "auto" }, el("strong", {}, "Slackbot "), one.text),
        el("button", { type: "button", class: "icon-button", "aria-label": t("dismiss"), on: { click: () => { this.baseline = one.id; this.paint(); } } }, icon("close", 16))),
    });
  }

  // A click on a block element: confirm, wait visibly for the ack, and say when none came. False when not confirmed.
  async act(target, element, block, value, node) {
    if (node.getAttribute("aria-busy") === "true") return true;
    if (element.confirm) {
      const { title, text, confirm, deny, style } = element.confirm;
      const sure = await ask(this.node, { title: plain(title) || t("sure"), text: plain(text) || "", yes: plain(confirm) || t("yes"), no: plain(deny) || t("no"), danger: style === "danger" });
      if (!sure) return false;
    }
    return this.wait(node, () => post("/sandbox/slack/click", { user: this.user, ...target, action_id: element.action_id, block_id: block.block_id, ...value }));
  }

  async wait(node, send) {
    node.setAttribute("aria-busy", "true");
    node.parentElement?.querySelector(":scope > .late")?.remove();
    try {
      const { outcome } = await send();
      if (["timeout", "lost", "not_connected"].includes(outcome)) {
        node.after(el("span", { class: "late", data: { testid: "late" } }, icon("warn", 16), t(outcome === "not_connected" ? "not_connected" : "timed_out")));
      }
      return true;
    } catch (problem) {
      toast(problem instanceof Failed ? t("failed", { error: problem.message }) : t("lost"));
      return true;
    } finally {
      node.removeAttribute("aria-busy");
    }
  }

  // What blocks need to draw themselves and to be pressed, on one surface.
  context(target, more = {}) {
    return {
      team: this.team, fold: true, held: () => undefined, hold: () => {}, start: () => {},
      act: (element, block, value, node) => this.act(target, element, block, value, node),
      dispatch: (element, block, value, node) => this.act(target, element, block, value, node), ...more,
    };
  }

  async send(text, { thread } = {}) {
    const body = { user: this.user, channel: this.here(), text };
    if (text.startsWith("/") && thread) return toast(t("thread_command", { command: text.split(/\s/)[0] }));
    if (text.startsWith("/")) return post("/sandbox/slack/command", body);
    return post("/sandbox/slack/say", thread ? { ...body, thread_ts: thread } : body);
  }

  shortcut(callback_id, message) {
    return post("/sandbox/slack/shortcut", { user: this.user, callback_id, ...(message ? { channel: message.channel ?? this.here(), ts: message.ts } : {}) })
      .catch((problem) => toast(t("failed", { error: problem.message })));
  }
}
