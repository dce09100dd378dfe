// The aubergine column: the team, who you are in it, its channels and its app.

import { avatar, el, icon, keyed } from "../dom.js";
import { t } from "../i18n.js";

export class Sidebar {
  constructor(slack) {
    this.slack = slack;
    this.read = {};
    this.team = el("p", { class: "team-name", dir: "auto" });
    this.face = el("span", { class: "me-face" });
    this.picker = el("select", { class: "me-select", id: "slack-user", data: { testid: "slack-user-picker" }, on: { change: () => slack.choose(this.picker.value) } });
    this.about = el("small");
    this.channels = el("ul", { class: "places" });
    this.apps = el("ul", { class: "places" });
    this.node = el("nav", { class: "sidebar", "aria-label": t("slack") },
      this.team,
      el("div", { class: "me" }, el("label", { for: "slack-user" }, t("you_are")), el("div", { class: "me-row" }, this.face, this.picker, icon("down", 16)), this.about),
      el("h3", {}, t("channels")), this.channels, el("h3", {}, t("apps")), this.apps);
  }

  update(state, team) {
    // A name in two languages stands on two lines.
    this.team.textContent = team.name.replace(/(\p{Script=Han}) (?=\p{Script=Latin})/u, "$1\n");
    const people = state.users.filter((user) => !user.is_bot);
    keyed(this.picker, people, { key: (user) => user.id, build: (user) => el("option", { value: user.id }, user.real_name) });
    this.picker.value = state.me;
    this.about.textContent = `${team.me.locale}・${team.me.tz}`;
    keyed(this.face, [team.me], { key: (user) => user.id, build: (user) => avatar(user, "square") });
    const { slack } = this;
    const places = state.channels.filter((channel) => !channel.direct).map((channel) => ({ ...channel, last: newest(state.messages[channel.id], state.me), here: slack.place === "channel" && slack.channel === channel.id }));
    for (const place of places) {
      if (place.here || !(place.id in this.read)) this.read[place.id] = place.last;
      place.unread = place.last > this.read[place.id];
    }
    keyed(this.channels, places, {
      key: (place) => place.id, sig: (place) => `${place.name}${place.here}${place.unread}`,
      build: (place) => el("li", {}, el("button", {
        type: "button", class: place.unread ? "unread" : "", "aria-current": place.here ? "page" : null, data: { testid: "channel", id: place.id, focus: place.id }, on: { click: () => slack.go("channel", place.id) },
      }, icon("hash", 16), el("span", { dir: "auto" }, place.name), place.unread && el("span", { class: "unseen" }, t("new_here")))),
    });
    keyed(this.apps, [{ bot: team.bot, here: slack.place !== "channel", connected: state.connected > 0 }], {
      key: () => "app",
      build: ({ bot, here, connected }) => el("li", {}, el("button", {
        type: "button", "aria-current": here ? "page" : null, data: { testid: "app", focus: "app" }, on: { click: () => slack.go("home") },
      }, avatar({ ...bot, initials: "編" }, "tiny"), el("span", {}, bot.real_name), el("span", { class: `presence${connected ? " on" : ""}`, title: t(connected ? "connected" : "disconnected") }, el("span", { class: "unseen" }, t(connected ? "connected" : "disconnected"))))),
    });
  }
}

const newest = (messages, me) => (messages ?? []).reduce((most, one) => (one.user !== me && one.ts > most ? one.ts : most), "0");
