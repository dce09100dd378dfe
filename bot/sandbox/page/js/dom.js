// Builds and reuses DOM nodes. Text only ever enters through text nodes: there is no innerHTML on this page.

import { ICONS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

// el("button", { class: "x", on: { click }, data: { id }, vars: { "--c": "#000" }, disabled: true }, "text", node, null)
export function el(tag, props = {}, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "on") for (const [type, listen] of Object.entries(value)) node.addEventListener(type, listen);
    else if (name === "data") for (const [key, held] of Object.entries(value)) { if (held != null) node.dataset[key] = held; }
    else if (name === "vars") for (const [key, held] of Object.entries(value)) node.style.setProperty(key, held);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  put(node, kids);
  return node;
}

export function put(node, kids) {
  for (const kid of [kids].flat(Infinity)) {
    if (kid === null || kid === undefined || kid === false || kid === "") continue;
    node.append(kid instanceof Node ? kid : document.createTextNode(kid));
  }
  return node;
}

export function icon(name, size = 18) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", width: size, height: size, class: `icon icon-${name}`, "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export function avatar(person, kind = "round") {
  const letters = person.initials ?? initials(person.real_name ?? person.name ?? "?");
  return el("span", {
    class: `avatar avatar-${kind}`, "aria-hidden": "true", data: { wide: letters.length > 1 ? "" : null },
    vars: { "--avatar": person.colour ?? tint(person.id ?? letters) },
  }, letters);
}

function initials(name) {
  const latin = name.split(/\s+/).filter((word) => /^[A-Za-z]/.test(word));
  if (latin.length) return latin.slice(0, 2).map((word) => word[0].toUpperCase()).join("");
  return [...name].slice(-2).join("");
}

const TINTS = ["#7a4a9e", "#0f6a77", "#a63d57", "#2f6b4f", "#4b5fa8", "#8a5a00"];
function tint(id) {
  let sum = 0;
  for (const letter of String(id)) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return TINTS[sum % TINTS.length];
}

// Makes `parent` hold one node per item, in order, touching only what changed: typed text, focus and open menus survive.
// update(node, item), when given, changes a node in place; else a changed item is built anew and focus is carried over.
export function keyed(parent, items, { key, sig = JSON.stringify, build, update }) {
  const old = parent.keyedNodes ?? new Map();
  const fresh = new Map();
  let at = parent.firstChild;
  for (const item of items) {
    const name = key(item);
    const print = sig(item);
    const known = old.get(name);
    let node = known?.node;
    if (!known) node = build(item);
    else if (known.print !== print) {
      if (update) update(node, item);
      else {
        node = build(item);
        if (at === known.node) at = node;
        carryFocus(known.node, node);
      }
    }
    fresh.set(name, { node, print });
    if (node !== at) parent.insertBefore(node, at);
    else at = at.nextSibling;
  }
  for (const [name, { node }] of old) if (fresh.get(name)?.node !== node) node.remove();
  parent.keyedNodes = fresh;
}

function carryFocus(from, to) {
  const held = from.contains(document.activeElement) ? document.activeElement : null;
  const mark = held?.dataset.focus;
  from.replaceWith(to);
  if (!held) return;
  const same = mark ? [...to.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === mark && !node.disabled) : null;
  const next = same ?? to;
  if (next === to) to.tabIndex = -1;
  next.focus({ preventScroll: true });
}

let counter = 0;
export const uid = (word) => `${word}-${++counter}`;

// Only addresses a click may lead to; everything else stays text.
export function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

export function link(url, label, props = {}) {
  const href = safeUrl(url);
  if (!href) return el("span", {}, label);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", ...props }, label);
}
