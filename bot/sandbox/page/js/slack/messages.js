// Messages as Slack lists them: day lines, compact followers, ephemerals, threads, files, and the menu of each.

import { avatar, el, icon, keyed, link } from "../dom.js";
import { t } from "../i18n.js";
import { menuButton } from "../overlay.js";
import { clock, dayKey, dayName, fullTime } from "../blocks/dates.js";
import { blocks } from "../blocks/index.js";
import { mrkdwn, spoken } from "../blocks/mrkdwn.js";

const MOST = 300; // messages drawn per channel; older ones are what Slack would load on scrolling
const TOGETHER = 300; // seconds within which messages of one author stand under one name

const shown = (one) => !one.deleted || one.reply_count > 0;
export const isReply = (one) => one.thread_ts && one.thread_ts !== one.ts;

export function messageNode(message, slack, { thread = false, compact = false } = {}) {
  const { team } = slack;
  const author = team.users.get(message.user) ?? { id: message.user, real_name: message.user };
  const face = author.is_bot ? { ...author, initials: "編" } : author;
  const target = message.id ? { ephemeral: message.id } : { channel: slack.here(), ts: message.ts };
  const time = el("time", { class: "time", datetime: new Date(message.ts * 1000).toISOString(), title: fullTime(team.me, message.ts) }, clock(team.me, message.ts));
  const body = message.deleted ? el("p", { class: "gone" }, t("message_gone"))
    : message.blocks?.length ? blocks(message.blocks, slack.context(target))
      : el("div", { class: "mrkdwn", dir: "auto" }, mrkdwn(message.text, team), message.edited && el("small", { class: "edited" }, ` (${t("edited")})`));
  return el("article", {
    class: `message${compact ? " compact" : ""}${message.id ? " ephemeral" : ""}`, tabindex: "-1",
    "aria-label": `${author.real_name}, ${clock(team.me, message.ts)}${message.id ? `, ${t("only_you")}` : ""}: ${spoken(message.text, team)}`,
    data: { testid: message.id ? "ephemeral" : "message", ts: message.ts, id: message.id || null },
  },
  message.id && el("p", { class: "only-you" }, icon("eye", 16), t("only_you")),
  compact ? el("span", { class: "gutter" }, time) : avatar(face, "square"),
  el("div", { class: "message-main" },
    !compact && el("p", { class: "byline" }, el("strong", {}, author.real_name), author.is_bot && el("span", { class: "badge" }, t("app")), time),
    el("div", { class: "message-body" }, body),
    message.files?.length > 0 && el("ul", { class: "files", "aria-label": t("files") }, message.files.map(fileNode)),
    message.reactions?.length > 0 && el("p", { class: "reactions" }, message.reactions.map((one) => el("span", {}, `:${one.name}: ${one.count}`))),
    !thread && !message.id && message.reply_count > 0 && el("button", { type: "button", class: "thread-link", data: { testid: "thread-link", focus: "thread" }, on: { click: () => slack.thread.open(message.ts) } }, icon("thread", 16), t("replies", { n: message.reply_count }))),
  !message.id && !message.deleted && el("div", { class: "tools" },
    !thread && el("button", { type: "button", class: "icon-button", "aria-label": t("in_thread"), title: t("in_thread"), data: { testid: "reply-in-thread", focus: "tool-thread" }, on: { click: () => slack.thread.open(message.ts) } }, icon("thread")),
    menuButton(() => [
      { head: t("shortcuts") },
      ...slack.state.shortcuts.filter((one) => one.type === "message").map((one) => ({ label: one.name, testid: "shortcut", data: { callbackId: one.callback_id }, run: () => slack.shortcut(one.callback_id, message) })),
    ], { label: t("more"), testid: "message-menu", data: { focus: "tool-more" } })));
}

const fileNode = (file) => el("li", {}, icon("file"), link(file.url_private ?? file.permalink ?? "", file.title || file.name));

export class MessageList {
  constructor(slack) {
    this.slack = slack;
    this.items = el("div", { class: "messages-in", role: "log", "aria-live": "off", "aria-label": t("messages_tab") });
    this.jump = el("button", { type: "button", class: "latest", hidden: true, on: { click: () => this.toEnd() } }, icon("arrow", 16), t("latest"));
    this.scroller = el("div", { class: "messages", tabindex: "0", role: "region", "aria-label": t("messages_tab"), data: { testid: "messages" } }, this.items);
    this.scroller.addEventListener("scroll", () => { this.atEnd = this.nearEnd(); if (this.atEnd) this.jump.hidden = true; }, { passive: true });
    this.node = el("div", { class: "messages-holder" }, this.scroller, this.jump);
    this.atEnd = true;
    new ResizeObserver(() => { if (this.atEnd) this.toEnd(); }).observe(this.scroller);
    new ResizeObserver(() => { if (this.atEnd) this.toEnd(); }).observe(this.items);
  }

  nearEnd() { return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 80; }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.atEnd = true;
    this.jump.hidden = true;
  }

  update(channel, messages, ephemerals) {
    const { slack } = this;
    const { me } = slack.team;
    const standing = messages.filter((one) => (!isReply(one) || one.broadcast) && shown(one)).concat(ephemerals.filter((one) => !isReply(one)));
    standing.sort((a, b) => (a.ts < b.ts ? -1 : 1));
    const items = [];
    let before = null;
    for (const one of standing.slice(-MOST)) {
      const day = dayKey(me, one.ts);
      if (!before || before.day !== day) items.push({ key: `${channel}/${day}`, day: dayName(me, one.ts) });
      const compact = before?.day === day && before.one.user === one.user && !one.id && !before.one.id && one.ts - before.one.ts < TOGETHER;
      items.push({ key: `${channel}/${one.id || one.ts}`, one, compact, me: me.id });
      before = { one, day };
    }
    if (!items.length) items.push({ key: `${channel}/none`, none: slack.team.channels.get(channel)?.name ?? "" });
    const last = standing.at(-1)?.ts;
    const fresh = last && last !== this.last;
    this.last = last;
    keyed(this.items, items, {
      key: (item) => item.key,
      build: (item) => item.one ? messageNode(item.one, slack, item)
        : item.day ? el("div", { class: "day" }, el("span", {}, item.day))
          : el("div", { class: "empty" }, el("strong", {}, t("channel_start", { name: item.none })), el("p", {}, t("no_messages"))),
    });
    if (this.atEnd) this.toEnd();
    else if (fresh) this.jump.hidden = false;
  }
}
