// Puts the page together: the bar, the two halves, and the stream that keeps them fresh.

import { el, icon } from "./dom.js";
import { applyLang, lang, setLang, t } from "./i18n.js";
import { listen } from "./net.js";
import { toastsNode, voiceNode } from "./overlay.js";
import { Slack } from "./slack/workspace.js";
import { Square } from "./square/square.js";

const dark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

class Page {
  constructor() {
    this.square = new Square(() => this.news("square"));
    this.slack = new Slack(() => this.news("slack"));
    this.shown = location.hash ? "square" : localStorage.getItem("half") ?? "square";
    this.online = true;
    this.draw();
    listen((topic) => {
      if (topic !== "slack") this.square.refresh();
      if (topic !== "square") this.slack.refresh();
    }, (online) => this.status(online));
  }

  // Everything is drawn anew only when the language changes.
  draw() {
    applyLang();
    this.state = el("span", { class: "live", role: "status", data: { testid: "live" } });
    this.tabs = ["square", "slack"].map((half) => el("button", {
      type: "button", role: "tab", id: `tab-${half}`, "aria-controls": `half-${half}`, data: { testid: `tab-${half}` },
      on: { click: () => this.show(half), keydown: (event) => this.arrow(event, half) },
    }, t(`tab_${half}`), el("span", { class: "dot", hidden: true }, el("span", { class: "unseen" }, t("new_here")))));
    const theme = el("button", { type: "button", class: "icon-button", data: { testid: "theme" }, on: { click: () => this.theme(theme) } });
    this.paintTheme(theme);
    this.halves = { square: this.square.draw(), slack: this.slack.draw() };
    document.body.replaceChildren(
      el("a", { class: "skip", href: "#half-square", on: { click: (event) => this.skip(event, "square") } }, t("skip_square")),
      el("a", { class: "skip", href: "#half-slack", on: { click: (event) => this.skip(event, "slack") } }, t("skip_slack")),
      el("header", { class: "bar" },
        el("img", { src: "/page/icon.svg", alt: "", width: 28, height: 28 }),
        el("h1", {}, "小編 ", el("span", {}, "Xiaobian")),
        el("p", { class: "tagline" }, t("tagline")),
        el("div", { class: "tabs", role: "tablist", "aria-label": t("views") }, this.tabs),
        el("span", { class: "grow" }),
        this.state,
        el("button", { type: "button", class: "chip", lang: lang() === "en" ? "zh-Hant" : "en", "aria-label": t("lang_label"), data: { testid: "language" }, on: { click: () => this.language() } }, t("lang")),
        theme),
      this.hint(),
      el("main", { class: "halves" }, this.halves.square, this.halves.slack),
      voiceNode(), toastsNode());
    this.status(this.online);
    this.show(this.shown, false);
  }

  hint() {
    if (localStorage.getItem("hint") === "read") return null;
    const bar = el("aside", { class: "hint", "aria-label": t("tagline"), data: { testid: "hint" } }, icon("info"), el("p", { class: "wide" }, t("hint")), el("p", { class: "narrow" }, t("hint_narrow")),
      el("button", { type: "button", class: "icon-button", "aria-label": t("hint_close"), title: t("hint_close"), on: { click: () => { localStorage.setItem("hint", "read"); bar.remove(); this.tabs[0].focus(); } } }, icon("close", 16)));
    return bar;
  }

  language() {
    setLang(lang() === "en" ? "zh-TW" : "en");
    this.draw();
    document.querySelector("[data-testid=language]").focus();
  }

  theme(button) {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    localStorage.setItem("theme", next);
    this.paintTheme(button);
  }

  paintTheme(button) {
    const label = t(dark() ? "theme_light" : "theme_dark");
    button.replaceChildren(icon(dark() ? "sun" : "moon"));
    button.setAttribute("aria-label", label);
    button.title = label;
  }

  status(online) {
    this.online = online;
    this.state.dataset.online = online;
    this.state.textContent = t(online ? "live" : "lost");
  }

  // On a narrow screen one half is shown at a time; on a wide one the tabs are not there and both are.
  show(half, keep = true) {
    this.shown = half;
    if (keep) localStorage.setItem("half", half);
    for (const [name, node] of Object.entries(this.halves)) node.dataset.shown = name === half;
    this.tabs.forEach((tab, at) => {
      const chosen = ["square", "slack"][at] === half;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) tab.querySelector(".dot").hidden = true;
    });
    this[half].seen?.();
  }

  arrow(event, half) {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = half === "square" ? "slack" : "square";
    this.show(other);
    this.tabs[other === "square" ? 0 : 1].focus();
  }

  skip(event, half) {
    event.preventDefault();
    this.show(half);
    this.halves[half].focus();
  }

  news(half) {
    if (this.shown !== half) this.tabs[half === "square" ? 0 : 1].querySelector(".dot").hidden = false;
  }
}

new Page();
