// The interactive parts of blocks. Each calls hold(value) for what is typed or chosen, and act(value) for what Slack
// sends at once; who listens is decided by the surface (message, modal, Home) in `ctx`.

import { el, icon, safeUrl, uid } from "../dom.js";
import { t } from "../i18n.js";
import { menuButton } from "../overlay.js";
import { fromWall, toWall } from "./dates.js";
import { plain, textObject } from "./mrkdwn.js";

const hooks = (element, block) => ({ testid: "action", actionId: element.action_id, blockId: block.block_id, focus: `${block.block_id}/${element.action_id}` });

function button(element, block, ctx) {
  const props = {
    class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label, data: hooks(element, block), dir: "auto",
  };
  const face = [el("span", { class: "face" }, plain(element.text))];
  const press = (event) => ctx.act(element, block, {}, event.currentTarget);
  const href = element.url && safeUrl(element.url);
  if (!href) return el("button", { type: "button", ...props, on: { click: press } }, face);
  return el("a", { ...props, href, target: "_blank", rel: "noopener noreferrer", on: { click: press } }, face, icon("external", 14));
}

function overflow(element, block, ctx) {
  const holder = menuButton(() => element.options.map((option) => ({
    label: plain(option.text), note: plain(option.description), href: option.url ? safeUrl(option.url) : null,
    testid: "option", data: { value: option.value },
    run: () => ctx.act(element, block, { selected_option: option }, holder.firstChild),
  })), { label: element.accessibility_label ?? t("more"), testid: "action", cls: "button square", data: hooks(element, block) });
  return holder;
}

const optionNode = (option, chosen) => el("option", { value: option.value, selected: chosen?.value === option.value }, plain(option.text));

// A native select: the platform's own keyboard and screen reader behaviour, dressed as Slack's.
function select(element, block, ctx, entries, field, initial) {
  const chosen = ctx.held(block, element)?.[field] ?? initial;
  const value = typeof chosen === "string" ? chosen : chosen?.value;
  const node = el("select", { class: "select", id: ctx.fieldId, "aria-label": ctx.fieldId ? null : plain(element.placeholder) || t("choose"), data: hooks(element, block) },
    el("option", { value: "", disabled: !ctx.optional, hidden: !ctx.optional, selected: !value }, plain(element.placeholder) || t("choose")),
    entries(chosen));
  if (value) node.value = value;
  node.addEventListener("change", async () => {
    const picked = field === "selected_option" ? allOptions(element).find((option) => option.value === node.value) ?? null : node.value || null;
    ctx.hold(element, block, { [field]: picked });
    const done = await ctx.act(element, block, { [field]: picked }, node);
    if (done === false) node.value = value ?? "";
  });
  ctx.start(element, block, { [field]: chosen ?? null });
  return node;
}

const allOptions = (element) => [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];

const staticSelect = (element, block, ctx) => select(element, block, ctx, (chosen) => [
  (element.options ?? []).map((option) => optionNode(option, chosen)),
  (element.option_groups ?? []).map((group) => el("optgroup", { label: plain(group.label) }, group.options.map((option) => optionNode(option, chosen)))),
], "selected_option", element.initial_option);

const people = (ctx) => [...ctx.team.users.values()].filter((user) => !user.is_bot);

const usersSelect = (element, block, ctx) => select(element, block, ctx, () =>
  people(ctx).map((user) => el("option", { value: user.id }, user.real_name ?? user.name)), "selected_user", element.initial_user);

const channelSelect = (field, initial) => (element, block, ctx) => select(element, block, ctx, () =>
  [...ctx.team.channels.values()].map((channel) => el("option", { value: channel.id }, `#${channel.name}`)), field, element[initial]);

// Several at once: checkboxes in a box, which a keyboard can walk, instead of Slack's token field.
function choices(element, block, ctx, { type, options, field, initial, value = (option) => option.value, pack = (option) => option }) {
  const held = ctx.held(block, element)?.[field] ?? initial ?? (type === "radio" ? null : []);
  const chosen = new Set([held].flat().filter(Boolean).map((one) => (typeof one === "string" ? one : one.value)));
  const name = uid("choice");
  const group = el("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": ctx.labelId, "aria-label": ctx.labelId ? null : t("choose"), data: hooks(element, block) },
    options.map((option) => el("label", { class: "choice" },
      el("input", { type, name, value: value(option), checked: chosen.has(value(option)), data: { focus: `${element.action_id}/${value(option)}` }, on: { change: () => changed() } }),
      el("span", {}, el("span", { class: "choice-text" }, textObject(option.text, ctx.team)), option.description && el("small", {}, textObject(option.description, ctx.team))))));
  const changed = () => {
    const picked = [...group.querySelectorAll("input:checked")].map((input) => pack(options.find((option) => value(option) === input.value)));
    const result = { [field]: type === "radio" ? picked[0] ?? null : picked };
    ctx.hold(element, block, result);
    ctx.act(element, block, result, group);
  };
  ctx.start(element, block, { [field]: held });
  return group;
}

const checkboxes = (element, block, ctx) => choices(element, block, ctx, { type: "checkbox", options: element.options, field: "selected_options", initial: element.initial_options });
const radio = (element, block, ctx) => choices(element, block, ctx, { type: "radio", options: element.options, field: "selected_option", initial: element.initial_option });
const multiStatic = (element, block, ctx) => choices(element, block, ctx, { type: "checkbox", options: allOptions(element), field: "selected_options", initial: element.initial_options });
const multiUsers = (element, block, ctx) => choices(element, block, ctx, {
  type: "checkbox", field: "selected_users", initial: element.initial_users, pack: (option) => option.value,
  options: people(ctx).map((user) => ({ value: user.id, text: { type: "plain_text", text: user.real_name ?? user.name } })),
});

function field(element, block, ctx, type, key, { read = (value) => value || null, show = (value) => value ?? "" } = {}) {
  const initial = ctx.held(block, element)?.[key] ?? element[`initial_${key.replace("selected_", "")}`] ?? (key === "selected_date_time" ? element.initial_date_time : null);
  const node = el("input", { type, class: "text-input", id: ctx.fieldId, "aria-label": ctx.fieldId ? null : plain(element.placeholder) || t("choose"), placeholder: plain(element.placeholder) || null, value: show(initial), data: hooks(element, block) });
  let sent = node.value;
  node.addEventListener("input", () => ctx.hold(element, block, { [key]: read(node.value) }));
  const settle = () => {
    if (node.value === sent) return;
    sent = node.value;
    ctx.act(element, block, { [key]: read(node.value) }, node);
  };
  node.addEventListener("blur", settle);
  node.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) settle(); });
  ctx.start(element, block, { [key]: initial });
  return node;
}

const dateTime = (element, block, ctx) => el("span", { class: "datetime" },
  field(element, block, ctx, "datetime-local", "selected_date_time", { read: (wall) => fromWall(ctx.team.me, wall), show: (epoch) => (epoch ? toWall(ctx.team.me, epoch) : "") }),
  el("small", {}, t("people_tz", { tz: ctx.team.me.tz })));

function textInput(element, block, ctx) {
  const initial = ctx.held(block, element)?.value ?? element.initial_value ?? null;
  const most = element.max_length ?? 3000;
  const left = el("small", { class: "counter", "aria-live": "polite" });
  const node = el(element.multiline ? "textarea" : "input", {
    class: "text-input", id: ctx.fieldId, placeholder: plain(element.placeholder) || null, dir: "auto", "aria-describedby": ctx.describedBy,
    "aria-label": ctx.fieldId ? null : plain(element.placeholder) || t("message_label"), data: hooks(element, block), ...(element.multiline ? { rows: 5 } : { type: "text" }),
  });
  node.value = initial ?? "";
  const count = () => {
    const room = most - node.value.length;
    left.textContent = room < 0 ? t("over", { n: -room }) : element.max_length && room < Math.max(50, most / 5) ? t("remaining", { n: room }) : "";
    left.classList.toggle("over", room < 0);
  };
  let sent = node.value;
  const tell = (trigger) => {
    const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    if (!block.dispatch_action || !on.includes(trigger) || node.value === sent) return;
    sent = node.value;
    ctx.dispatch(element, block, { value: node.value || null }, node);
  };
  node.addEventListener("input", () => {
    ctx.hold(element, block, { value: node.value || null });
    count();
    tell("on_character_entered");
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.shiftKey && !element.multiline) { tell("on_enter_pressed"); }
  });
  ctx.start(element, block, { value: initial });
  count();
  return el("span", { class: "text-field" }, node, left);
}

// A file goes to the sandbox when it is chosen, as Slack's client uploads it; the field then holds what Slack says of it.
function fileInput(element, block, ctx) {
  const most = element.max_files ?? 10;
  const held = ctx.held(block, element)?.files ?? [];
  const names = el("small", { "aria-live": "polite" }, held.map((file) => file.name).join(", "));
  const node = el("input", {
    type: "file", class: "text-input", id: ctx.fieldId, "aria-describedby": ctx.describedBy, multiple: most > 1,
    accept: element.filetypes?.map((type) => `.${type}`).join(",") ?? null, data: hooks(element, block),
  });
  node.addEventListener("change", async () => {
    const files = await ctx.attach([...node.files].slice(0, most));
    ctx.hold(element, block, { files });
    names.textContent = "";
  });
  ctx.start(element, block, { files: held });
  return el("span", { class: "text-field" }, node, names);
}

const image = (element) => {
  const src = safeUrl(element.image_url ?? element.slack_file?.url ?? "");
  return src ? el("img", { src, alt: element.alt_text ?? "", class: "element-image", referrerpolicy: "no-referrer" }) : el("span", { class: "element-image" }, element.alt_text ?? "");
};

const MAKERS = {
  button, image, overflow,
  static_select: staticSelect, users_select: usersSelect, channels_select: channelSelect("selected_channel", "initial_channel"),
  conversations_select: channelSelect("selected_conversation", "initial_conversation"),
  multi_static_select: multiStatic, multi_users_select: multiUsers, checkboxes, radio_buttons: radio,
  plain_text_input: textInput, file_input: fileInput, datetimepicker: dateTime,
  datepicker: (element, block, ctx) => field(element, block, ctx, "date", "selected_date"),
  timepicker: (element, block, ctx) => field(element, block, ctx, "time", "selected_time"),
  email_text_input: (element, block, ctx) => field(element, block, ctx, "email", "value"),
  url_text_input: (element, block, ctx) => field(element, block, ctx, "url", "value"),
  number_input: (element, block, ctx) => field(element, block, ctx, "number", "value"),
};

export function elementNode(element, block, ctx) {
  const make = MAKERS[element.type];
  return make ? make(element, block, ctx) : el("span", { class: "unsupported" }, t("unsupported", { type: element.type }));
}
