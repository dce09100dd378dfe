// Draws Block Kit blocks as Slack draws them. Pure: (blocks, ctx) -> nodes; what a click does is the business of ctx.

import { el, icon, safeUrl, uid } from "../dom.js";
import { t } from "../i18n.js";
import { elementNode } from "./elements.js";
import { mrkdwn, plain, textObject } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

function section(block, ctx) {
  const body = [
    block.text && (ctx.fold && !block.expand && long(block.text.text) ? folded(block.text, ctx) : el("div", { class: "section-text" }, textObject(block.text, ctx.team))),
    block.fields && el("div", { class: "fields" }, block.fields.map((one) => el("div", { class: "field" }, textObject(one, ctx.team)))),
  ];
  return el("div", { class: "section" }, el("div", { class: "section-body" }, body),
    block.accessory && el("div", { class: "accessory" }, elementNode(block.accessory, block, ctx)));
}

// Slack folds a long section of a message unless the app says `expand`.
const long = (text) => text.length > 700 || text.split("\n").length > 12;

function folded(text, ctx) {
  const body = el("div", { class: "section-text clamped" }, textObject(text, ctx.team));
  const more = el("button", { type: "button", class: "text-button", "aria-expanded": "false" }, t("show_more"));
  more.addEventListener("click", () => {
    const open = body.classList.toggle("clamped") === false;
    more.textContent = t(open ? "show_less" : "show_more");
    more.setAttribute("aria-expanded", open);
  });
  return [body, more];
}

const context = (block, ctx) => el("div", { class: "context" }, block.elements.map((one) =>
  one.type === "image" ? elementNode(one, block, ctx) : el("span", { class: "context-text" }, textObject(one, ctx.team))));

const actions = (block, ctx) => el("div", { class: "actions" }, (block.elements ?? []).map((one) => elementNode(one, block, ctx)));

// A label, the field, its hint and its error, tied together for readers that do not see them.
function input(block, ctx) {
  const [fieldId, labelId, hintId, errorId] = ["field", "label", "hint", "error"].map(uid);
  const grouped = /checkboxes|radio_buttons|multi_/.test(block.element.type);
  const inner = { ...ctx, fieldId: grouped ? null : fieldId, labelId, describedBy: `${hintId} ${errorId}`, optional: block.optional, act: block.dispatch_action ? ctx.dispatch : async () => true };
  const node = elementNode(block.element, block, inner);
  const error = ctx.errors?.[block.block_id];
  const holder = el("div", { class: "input", data: { testid: "modal-field", blockId: block.block_id } },
    el(grouped ? "span" : "label", { class: "label", id: labelId, for: grouped ? null : fieldId, dir: "auto" }, plain(block.label),
      block.optional && el("small", {}, ` (${t("optional")})`)),
    node,
    el("p", { class: "hint-text", id: hintId, hidden: !block.hint, dir: "auto" }, plain(block.hint)),
    el("p", { class: "error-text", id: errorId, role: "alert", data: { testid: "field-error" } }));
  if (error) showError(holder, error);
  return holder;
}

export function showError(holder, message) {
  holder.querySelector(".error-text").replaceChildren(...(message ? [icon("warn", 16), message] : []));
  holder.classList.toggle("wrong", Boolean(message));
  const control = holder.querySelector("input, select, textarea");
  if (message) control?.setAttribute("aria-invalid", "true");
  else control?.removeAttribute("aria-invalid");
}

function image(block) {
  const src = safeUrl(block.image_url ?? block.slack_file?.url ?? "");
  return el("figure", { class: "image" }, block.title && el("figcaption", { dir: "auto" }, plain(block.title)),
    src ? el("img", { src, alt: block.alt_text ?? "", referrerpolicy: "no-referrer" }) : el("span", {}, block.alt_text));
}

function table(block, ctx) {
  const cell = (one) => (one.type === "rich_text" ? richText(one, ctx.team) : String(one.text ?? one.value ?? ""));
  const align = (at) => `cell-${block.column_settings?.[at]?.align ?? "left"}${block.column_settings?.[at]?.is_wrapped ? " wrapped" : ""}`;
  const row = (cells, tag) => el("tr", {}, cells.map((one, at) => el(tag, { class: align(at), scope: tag === "th" ? "col" : null, dir: "auto" }, cell(one))));
  const [head, ...rest] = block.rows;
  return el("div", { class: "table-holder", tabindex: "0", role: "region", "aria-label": plain(block.caption) || t("table") },
    el("table", {}, el("thead", {}, row(head, "th")), el("tbody", {}, rest.map((cells) => row(cells, "td")))));
}

const ALERTS = { error: "warn", warning: "warn", success: "check", info: "info", default: "info" };
const alert = (block, ctx) => el("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, icon(ALERTS[block.level] ?? "info"), textObject(block.text, ctx.team));

const card = (block, ctx) => el("div", { class: "card" },
  block.hero_image && elementNode(block.hero_image, block, ctx),
  el("div", { class: "card-head" }, block.icon && elementNode(block.icon, block, ctx),
    el("div", {}, block.title && el("div", { class: "card-title" }, textObject(block.title, ctx.team)), block.subtitle && el("div", { class: "card-subtitle" }, textObject(block.subtitle, ctx.team)))),
  block.body && el("div", { class: "card-body" }, textObject(block.body, ctx.team)),
  block.actions && el("div", { class: "actions" }, block.actions.map((one) => elementNode(one, block, ctx))));

function container(block, ctx) {
  const inner = blocks(block.child_blocks ?? block.blocks ?? [], ctx);
  const head = [block.title && el("span", { class: "card-title" }, textObject(block.title, ctx.team)), block.subtitle && el("span", { class: "card-subtitle" }, textObject(block.subtitle, ctx.team))];
  if (!block.is_collapsible) return el("div", { class: "card container" }, el("div", { class: "card-head" }, head), inner);
  return el("details", { class: "card container", open: !(block.default_collapsed ?? block.is_collapsed) }, el("summary", { class: "card-head" }, head), inner);
}

const MAKERS = {
  section, context, actions, input, image, table, alert, card, container,
  header: (block) => el("h3", { class: "header", dir: "auto" }, plain(block.text)),
  divider: () => el("hr", { class: "divider" }),
  rich_text: (block, ctx) => richText(block, ctx.team),
  markdown: (block, ctx) => el("div", { class: "mrkdwn", dir: "auto" }, mrkdwn(block.text.replace(/\*\*(.+?)\*\*/g, "*$1*").replace(/^#+ (.+)$/gm, "*$1*"), ctx.team)),
};

export function blocks(list, ctx) {
  return (list ?? []).map((block) => {
    const make = MAKERS[block.type];
    const node = make ? make(block, ctx) : el("div", { class: "unsupported" }, t("unsupported", { type: block.type }));
    node.classList.add("block");
    node.dataset.block = block.type;
    return node;
  });
}
