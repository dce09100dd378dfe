// The pane beside the channel that shows one message and what was answered to it.

import { el, icon, keyed } from "../dom.js";
import { t } from "../i18n.js";
import { Composer } from "./composer.js";
import { isReply, messageNode } from "./messages.js";

export class Thread {
  constructor(slack) {
    this.slack = slack;
    this.ts = null;
    this.items = el("div", { class: "messages-in", role: "log", "aria-live": "off", "aria-label": t("thread") });
    this.composer = new Composer(slack, () => this.ts);
    this.node = el("aside", { class: "thread", "aria-label": t("thread"), hidden: true, data: { testid: "thread-pane" } },
      el("header", { class: "place-head" }, el("h2", { class: "place-title" }, t("thread")),
        el("button", { type: "button", class: "icon-button", "aria-label": t("close_thread"), title: t("close_thread"), data: { testid: "close-thread" }, on: { click: () => this.close(true) } }, icon("close"))),
      el("div", { class: "messages", tabindex: "0", role: "region", "aria-label": t("thread") }, this.items), this.composer.node);
    this.node.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) this.close(true); });
  }

  open(ts) {
    this.ts = ts;
    this.node.hidden = false;
    this.update();
    this.composer.focus();
  }

  close(back) {
    if (!this.ts) return;
    const ts = this.ts;
    this.ts = null;
    this.node.hidden = true;
    if (!back) return;
    const message = [...this.slack.list.items.querySelectorAll("[data-ts]")].find((node) => node.dataset.ts === ts);
    (message?.querySelector(".thread-link") ?? message?.querySelector("[data-testid=reply-in-thread]") ?? message)?.focus();
  }

  update() {
    if (!this.ts) return;
    const { slack, ts } = this;
    const channel = slack.here();
    const all = slack.state.messages[channel] ?? [];
    const parent = all.find((one) => one.ts === ts);
    if (!parent) return this.close(false);
    const replies = all.concat(slack.state.ephemerals.filter((one) => one.channel === channel)).filter((one) => isReply(one) && one.thread_ts === ts && !one.deleted);
    replies.sort((a, b) => (a.ts < b.ts ? -1 : 1));
    const items = [{ key: `${ts}/parent`, one: parent }, { key: `${ts}/count`, count: replies.length }, ...replies.map((one) => ({ key: `${ts}/${one.id || one.ts}`, one }))];
    keyed(this.items, items.map((item) => ({ ...item, me: slack.team.me.id })), {
      key: (item) => item.key,
      build: (item) => (item.one ? messageNode(item.one, slack, { thread: true }) : el("div", { class: "reply-line" }, el("span", {}, t("replies", { n: item.count })))),
    });
    this.composer.update({ name: t("thread") }, slack.state);
    return undefined;
  }
}
