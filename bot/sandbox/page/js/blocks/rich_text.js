// rich_text blocks: their text parts are literal, no mark in them means anything.

import { el, link } from "../dom.js";
import { dateText } from "./dates.js";
import { emoji } from "./emoji.js";
import { channelMention, mention, userMention } from "./mrkdwn.js";

const STYLES = [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"], ["highlight", "mark"], ["code", "code"]];

function styled(node, style = {}) {
  return STYLES.reduce((inner, [name, tag]) => (style?.[name] ? el(tag, {}, inner) : inner), node);
}

const PARTS = {
  text: (part) => styled(document.createTextNode(part.text), part.style),
  link: (part) => styled(link(part.url, part.text ?? part.url), part.style),
  emoji: (part) => (part.unicode
    ? String.fromCodePoint(...part.unicode.split("-").map((code) => Number.parseInt(code, 16)))
    : emoji(part.name) ?? `:${part.name}:`),
  user: (part, team) => styled(userMention(part.user_id, team), part.style),
  channel: (part, team) => styled(channelMention(part.channel_id, team), part.style),
  usergroup: (part, team) => mention(`@${team.groups?.get(part.usergroup_id) ?? part.usergroup_id}`),
  broadcast: (part) => mention(`@${part.range}`, "broad"),
  date: (part, team) => {
    const shown = dateText(team.me, part.timestamp, part.format);
    return part.url ? link(part.url, shown) : el("time", { datetime: new Date(part.timestamp * 1000).toISOString(), title: part.fallback ?? "" }, shown);
  },
  color: (part) => el("span", { class: "swatch", vars: { "--swatch": part.value } }, part.value),
};

const inline = (parts, team) => (parts ?? []).map((part) => PARTS[part.type]?.(part, team) ?? `[${part.type}]`);

const GROUPS = {
  rich_text_section: (group, team) => el("div", { class: "rt-section", dir: "auto" }, inline(group.elements, team)),
  rich_text_quote: (group, team) => el("blockquote", { dir: "auto" }, inline(group.elements, team)),
  rich_text_preformatted: (group, team) => el("pre", { dir: "auto" }, inline(group.elements, team)),
  rich_text_list: (group, team) => el(group.style === "ordered" ? "ol" : "ul", {
    class: `rt-list indent-${Math.min(group.indent ?? 0, 4)}${group.border ? " bordered" : ""}`,
    start: group.style === "ordered" && group.offset ? group.offset + 1 : null,
  }, group.elements.map((item) => el("li", { dir: "auto" }, inline(item.elements, team)))),
};

export const richText = (block, team) =>
  el("div", { class: "rich-text" }, (block.elements ?? []).map((group) => GROUPS[group.type]?.(group, team) ?? null));
