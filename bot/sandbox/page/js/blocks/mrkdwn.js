// Slack's mrkdwn as DOM nodes: escaping, styles, code, quotes, links, mentions, dates and emoji. Never as HTML text.

import { el, link, safeUrl } from "../dom.js";
import { dateText } from "./dates.js";
import { emoji, withEmoji } from "./emoji.js";

export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export const plain = (object) => (object ? (object.emoji === false ? object.text : withEmoji(object.text ?? "")) : "");

export function textObject(object, team) {
  if (!object) return null;
  if (object.type === "plain_text") return el("span", { class: "plain", dir: "auto" }, plain(object));
  return el("div", { class: "mrkdwn", dir: "auto" }, mrkdwn(object.text ?? "", team, object.verbatim));
}

// What a screen reader is given: the words without the marks.
export function spoken(text, team) {
  const holder = el("div", {}, mrkdwn(text ?? "", team, true));
  return holder.textContent.replace(/\s+/g, " ").trim();
}

export function mrkdwn(text, team, verbatim = false) {
  const out = [];
  for (const [at, piece] of text.split(/```/).entries()) {
    if (at % 2 && text.split(/```/).length > at + 1) out.push(el("pre", {}, unescape(stripAngles(piece.replace(/^\n/, "").replace(/\n$/, "")))));
    else out.push(...quoted(at % 2 ? "```" + piece : piece, team, verbatim));
  }
  return out;
}

// Inside code Slack shows a link's address, not the angle brackets.
const stripAngles = (text) => text.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, url, label) => label ?? url);

function quoted(text, team, verbatim) {
  const out = [];
  let quote = [];
  const flush = () => {
    if (quote.length) out.push(el("blockquote", {}, lines(quote, team, verbatim)));
    quote = [];
  };
  let run = [];
  const flushRun = () => {
    if (run.length) out.push(...lines(run, team, verbatim));
    run = [];
  };
  for (const line of text.split("\n")) {
    const found = /^(?:&gt;|>)(?:&gt;&gt;|>>)? ?(.*)$/.exec(line);
    if (found) {
      flushRun();
      quote.push(found[1]);
    } else {
      flush();
      run.push(line);
    }
  }
  flush();
  flushRun();
  return out;
}

const lines = (rows, team, verbatim) => rows.flatMap((row, at) => (at ? [el("br"), ...inline(row, team, verbatim)] : inline(row, team, verbatim)));

const STYLES = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

// One line: the first thing that matches is taken, the rest is read again. A mark counts only at a word's edge.
function inline(text, team, verbatim) {
  const out = [];
  let from = 0;
  let at = 0;
  const flush = (to) => { if (to > from) out.push(...words(text.slice(from, to), verbatim)); };
  while (at < text.length) {
    const sign = text[at];
    let node = null;
    let next = at;
    if (sign === "<") {
      const end = text.indexOf(">", at);
      if (end > at + 1) [node, next] = [special(text.slice(at + 1, end), team), end + 1];
    } else if (sign === "`") {
      const end = text.indexOf("`", at + 1);
      if (end > at + 1) [node, next] = [el("code", {}, unescape(stripAngles(text.slice(at + 1, end)))), end + 1];
    } else if (STYLES[sign] && !WORD.test(text[at - 1] ?? " ") && /\S/.test(text[at + 1] ?? " ") && text[at + 1] !== sign) {
      const end = closing(text, sign, at + 1);
      if (end > 0) [node, next] = [el(STYLES[sign], {}, inline(text.slice(at + 1, end), team, verbatim)), end + 1];
    }
    if (node === null) at += 1;
    else {
      flush(at);
      out.push(node);
      from = at = next;
    }
  }
  flush(text.length);
  return out;
}

function closing(text, sign, from) {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "<") {
      const end = text.indexOf(">", at);
      if (end > 0) at = end;
    } else if (text[at] === sign && /\S/.test(text[at - 1]) && !WORD.test(text[at + 1] ?? " ")) return at;
  }
  return -1;
}

const BARE = /(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]'"」』】，。！？；：、]|:[a-z0-9_+'-]+(?:::skin-tone-\d)?:)/g;

function words(text, verbatim) {
  return unescape(text).split(BARE).map((piece, at) => {
    if (at % 2 === 0) return piece;
    if (piece.startsWith(":")) return emoji(piece.slice(1, -1)) ?? piece;
    return verbatim ? piece : link(piece, piece);
  });
}

export const mention = (label, kind = "") => el("span", { class: `mention ${kind}` }, label);

export function userMention(id, team, label) {
  const user = team.users.get(id);
  return mention(`@${user ? user.real_name ?? user.name : label ?? id}`, id === team.me.id ? "self" : "");
}

export function channelMention(id, team, label) {
  const channel = team.channels.get(id);
  return mention(`#${channel ? channel.name : label ?? id}`);
}

function special(inside, team) {
  const bar = inside.indexOf("|");
  const [target, label] = bar < 0 ? [inside, null] : [inside.slice(0, bar), unescape(inside.slice(bar + 1))];
  if (target.startsWith("@")) return userMention(target.slice(1), team, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), team, label);
  if (target.startsWith("!date^")) {
    const [, epoch, template = "", address] = target.split("^");
    const shown = dateText(team.me, Number(epoch), unescape(template)) || label || "";
    return address ? link(unescape(address), shown) : el("time", { datetime: new Date(epoch * 1000).toISOString(), title: label ?? "" }, shown);
  }
  if (target.startsWith("!subteam^")) return mention(label ?? `@${target.slice(9)}`);
  if (/^!(here|channel|everyone)$/.test(target)) return mention(`@${target.slice(1)}`, "broad");
  if (target.startsWith("!")) return el("span", {}, label ?? unescape(`<${inside}>`));
  if (!safeUrl(unescape(target))) return label ?? unescape(`<${inside}>`);
  return link(unescape(target), label ?? unescape(target).replace(/^mailto:/, ""));
}
