// Where a colleague writes: plain messages, and slash commands with the hints Slack shows while typing.

import { el, icon, keyed, uid } from "../dom.js";
import { t } from "../i18n.js";
import { toast } from "../overlay.js";

export class Composer {
  constructor(slack, thread = null) {
    this.slack = slack;
    this.thread = thread;
    this.chosen = 0;
    const list = uid("commands");
    this.hints = el("div", { class: "command-hints", role: "listbox", id: list, "aria-label": t("commands"), hidden: true, data: { testid: "command-hints" } });
    this.box = el("textarea", {
      rows: 1, dir: "auto", "aria-label": t("message_label"), role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list, data: { testid: thread ? "thread-composer" : "composer" },
    });
    this.box.addEventListener("input", () => { this.grow(); this.suggest(); });
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("blur", () => { this.hints.hidden = true; });
    this.go = el("button", { type: "submit", class: "send", "aria-label": t("send"), title: t("send"), disabled: true }, icon("send"));
    this.node = el("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); this.send(); } } }, this.hints, el("div", { class: "composer-box" }, this.box, this.go));
  }

  focus() { this.box.focus(); }

  update(channel, state) {
    this.commands = this.thread ? [] : state.commands;
    const words = this.thread ? t("reply_to") : t("message_to", { name: channel?.direct ? this.slack.team.bot.real_name : channel?.name ?? "" });
    this.box.placeholder = words;
    this.box.setAttribute("aria-label", words);
  }

  grow() {
    this.go.disabled = !this.box.value.trim();
    this.box.rows = Math.min(8, this.box.value.split("\n").length);
  }

  // "/en" offers the commands that begin so; "/engage q" the words of its usage hint that begin so.
  suggest() {
    const text = this.box.value;
    const found = !text.startsWith("/") || text.includes("\n") ? [] : this.commands.flatMap((one) => {
      if (!text.includes(" ")) return one.command.startsWith(text) ? [{ fill: `${one.command} `, name: one.command, note: one.description, usage: one.usage_hint }] : [];
      if (!text.startsWith(`${one.command} `)) return [];
      const typed = text.slice(one.command.length + 1);
      return (one.usage_hint ?? "").split("|").map((word) => word.trim()).filter((word) => word.startsWith(typed) && word !== typed)
        .map((word) => ({ fill: `${one.command} ${word.replace(/\s*[[<(].*$/, "")}`, name: `${one.command} ${word}`, note: one.description }));
    });
    this.found = found;
    this.chosen = Math.min(this.chosen, Math.max(0, found.length - 1));
    this.hints.hidden = !found.length;
    this.box.setAttribute("aria-expanded", String(found.length > 0));
    keyed(this.hints, found.map((one, at) => ({ ...one, on: at === this.chosen, id: `${this.hints.id}-${at}` })), {
      key: (one) => one.name,
      build: (one) => el("div", { role: "option", id: one.id, "aria-selected": String(one.on), on: { pointerdown: (event) => { event.preventDefault(); this.take(one); } } },
        el("strong", {}, one.name), one.usage && el("code", {}, one.usage), el("small", {}, one.note)),
    });
    if (found.length) this.box.setAttribute("aria-activedescendant", `${this.hints.id}-${this.chosen}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  take(one) {
    this.box.value = one.fill;
    this.grow();
    this.suggest();
    this.focus();
  }

  key(event) {
    if (event.isComposing) return;
    const open = !this.hints.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : this.found.length - 1)) % this.found.length;
      this.suggest();
    } else if (open && event.key === "Tab") {
      event.preventDefault();
      this.take(this.found[this.chosen]);
    } else if (open && event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      this.hints.hidden = true;
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      // A half-typed command is completed, a whole one is sent.
      if (open && !this.box.value.includes(" ") && this.found[this.chosen].fill.trim() !== this.box.value.trim()) this.take(this.found[this.chosen]);
      else this.send();
    }
  }

  async send() {
    const text = this.box.value.trim();
    if (!text) return;
    this.box.value = "";
    this.grow();
    this.suggest();
    this.slack.list.atEnd = true;
    this.node.setAttribute("aria-busy", "true");
    try {
      await this.slack.send(text, { thread: this.thread?.() });
    } catch (problem) {
      toast(t("failed", { error: problem.message }));
    } finally {
      this.node.removeAttribute("aria-busy");
    }
  }
}
