// Direct messages between the member you are and the brand.

import { avatar, el, keyed } from "../dom.js";
import { age, moment, t } from "../i18n.js";
import { WriteBox } from "./write.js";

export class Directs {
  constructor(square) {
    this.square = square;
    this.title = el("h2", { class: "directs-title" });
    this.items = el("div", { class: "chat", role: "log", "aria-live": "off" });
    this.box = new WriteBox(square, { testid: "direct-box", send: (text) => square.act("direct", { member: square.member, text }) });
    this.node = el("div", { class: "directs", data: { testid: "directs" } }, this.title, this.items, this.box.node);
  }

  update(mine) {
    const { brand } = this.square.state;
    const words = t("direct_with", { name: this.square.me.name, brand: brand.name });
    this.title.textContent = words;
    this.items.setAttribute("aria-label", words);
    this.box.update(t("direct_write", { brand: brand.name }));
    const items = mine.length ? mine.map((one) => ({ one, minute: age(one.created_at) })) : [{ none: true }];
    keyed(this.items, items, {
      key: (item) => item.one?.id ?? "none",
      build: ({ one }) => (!one ? el("p", { class: "muted none" }, t("direct_none"))
        : el("div", { class: `chat-line ${one.by_brand ? "theirs" : "ours"}`, id: `direct-${one.id}`, tabindex: "-1", data: { testid: "direct", id: one.id, by: one.author.id } },
          one.by_brand && avatar(brand, "small"),
          el("div", {}, el("p", { class: "bubble", dir: "auto" }, one.text), el("time", { class: "muted", datetime: one.created_at, title: moment(one.created_at) }, age(one.created_at), one.edited_at && `・${t("edited")}`)))),
    });
  }
}
