// One comment or reply, with what you may do to it: like, reply, and, when it is yours, edit or delete.

import { avatar, el, icon } from "../dom.js";
import { age, moment, t } from "../i18n.js";
import { menuButton } from "../overlay.js";
import { WriteBox } from "./write.js";

export function commentNode({ one, above, editing }, card) {
  const { square } = card;
  const { brand } = square.state;
  const reply = one.id !== one.thread;
  const mine = one.author.id === square.member;
  const person = one.by_brand ? brand : square.state.members.find((member) => member.id === one.author.id) ?? one.author;
  const props = { class: `comment${reply ? " reply" : ""}${one.by_brand ? " by-brand" : ""}`, id: `comment-${one.id}`, tabindex: "-1", data: { testid: "comment", id: one.id, parent: one.parent, by: one.author.id } };
  if (one.deleted) return el("div", { ...props, class: `${props.class} gone` }, t("deleted"));
  const liked = one.likes.includes(square.member);
  return el("div", props, avatar(person, "small"), el("div", { class: "comment-main" },
    el("div", { class: "bubble" },
      el("p", { class: "comment-by" }, el("strong", { dir: "auto" }, one.author.name), one.by_brand && el("span", { class: "brand-badge" }, icon("check", 12), t("brand")),
        reply && above && above !== one.author.name && el("small", { class: "muted", dir: "auto" }, `↩ ${above}`)),
      editing ? editor(one, card) : el("p", { class: "comment-text", dir: "auto", data: { testid: "comment-text" } }, one.text)),
    !editing && el("div", { class: "comment-foot" },
      el("time", { datetime: one.created_at, title: moment(one.created_at) }, age(one.created_at)),
      one.edited_at && el("span", {}, t("edited")), one.hidden && el("span", { class: "hidden-mark" }, t("hidden")),
      el("button", { type: "button", class: `foot-button${liked ? " on" : ""}`, "aria-pressed": String(liked), "aria-label": `${t(liked ? "unlike" : "like")}, ${one.likes.length}`, data: { testid: "like-comment", focus: `like-${one.id}` }, on: { click: () => square.act("like", { member: square.member, comment: one.id }) } }, icon("heart", 14), one.likes.length > 0 && String(one.likes.length)),
      el("button", { type: "button", class: "foot-button", data: { testid: "reply", focus: `reply-${one.id}` }, on: { click: () => card.answer(one, false) } }, t("reply")),
      menuButton(() => [
        ...(mine ? [
          { label: t("edit"), testid: "edit", run: () => card.edit(one.id) },
          { label: t("remove"), testid: "delete", danger: true, run: () => square.act("delete", { id: one.id }) },
        ] : []),
        ...(one.by_brand ? [] : [{ label: t("answer_brand"), testid: "answer-as-brand", run: () => card.answer(one, true) }]),
        ...(one.by_brand && !mine ? [{ label: t("remove"), testid: "delete", danger: true, run: () => square.act("delete", { id: one.id }) }] : []),
      ], { label: `${t("more")}, ${one.author.name}`, testid: "comment-menu", face: icon("more", 16), cls: "foot-button", data: { focus: `menu-${one.id}` } }))));
}

function editor(one, card) {
  const box = new WriteBox(card.square, {
    testid: "edit-box", bare: true, start: one.text, label: t("save"), cancel: () => card.edit(null),
    send: async (text) => {
      const made = await card.square.act("edit", { id: one.id, text });
      if (made) card.edit(null);
      return made;
    },
  });
  box.update(t("edit"));
  return box.node;
}
