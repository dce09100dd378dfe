// The box a member writes in: Enter sends, Shift+Enter breaks the line, an input method is never cut short.

import { avatar, el, icon, keyed } from "../dom.js";
import { t } from "../i18n.js";

export class WriteBox {
  constructor(square, { testid, send, cancel = null, start = "", bare = false, brand = false, label = null }) {
    this.square = square;
    this.deliver = send;
    this.brand = brand;
    this.bare = bare;
    this.face = el("span", { class: "write-face" });
    this.area = el("textarea", { rows: 1, dir: "auto", data: { testid, focus: testid } });
    this.area.value = start;
    this.button = el("button", { type: "submit", class: "send", "aria-label": label ?? t("send"), title: label ?? t("send"), data: { testid: `${testid}-send` } }, icon(label ? "check" : "send"));
    this.area.addEventListener("input", () => this.grow());
    this.area.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.send(); }
      if (event.key === "Escape" && cancel) { event.preventDefault(); event.stopPropagation(); cancel(); }
    });
    this.node = el("form", { class: `write${bare ? " bare" : ""}${brand ? " as-brand" : ""}`, on: { submit: (event) => { event.preventDefault(); this.send(); } } },
      !bare && this.face, el("div", { class: "write-box" }, this.area, cancel && el("button", { type: "button", class: "icon-button", "aria-label": t("cancel"), title: t("cancel"), on: { click: cancel } }, icon("close", 16)), this.button));
    this.grow();
  }

  update(words) {
    this.area.placeholder = words;
    this.area.setAttribute("aria-label", words);
    if (!this.bare) keyed(this.face, [this.brand ? this.square.state.brand : this.square.me], { key: (person) => person.id, build: (person) => avatar(person, "small") });
  }

  focus() { this.area.focus(); }

  grow() {
    this.area.rows = Math.min(6, Math.max(this.area.value.split("\n").length, Math.ceil(this.area.value.length / 34)));
    this.button.disabled = !this.area.value.trim();
  }

  async send() {
    const text = this.area.value.trim();
    if (!text || this.sending) return;
    this.sending = true;
    const made = await this.deliver(text);
    this.sending = false;
    if (!made) return;
    this.area.value = "";
    this.grow();
  }
}
