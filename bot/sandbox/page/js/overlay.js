// Dialogs, menus, and the voice that tells screen readers what is new. Esc closes, focus stays inside and comes back.

import { el, icon, uid } from "./dom.js";
import { t } from "./i18n.js";

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex='0']";

export const focusables = (node) => [...node.querySelectorAll(FOCUSABLE)].filter((one) => one.getClientRects().length && !one.closest("[inert]"));

// A dialog over `host`. `returnTo()` finds where focus goes afterwards; `onEscape` decides what Esc and the cross do.
export function openDialog(host, { label, testid, role = "dialog", size = "", onEscape, returnTo }) {
  const before = document.activeElement;
  const dialog = el("div", { role, "aria-modal": "true", "aria-labelledby": label, tabindex: "-1", class: `dialog ${size}`, data: { testid } });
  const backdrop = el("div", { class: "backdrop" }, dialog);
  const quiet = [...host.children].filter((child) => !child.inert && !child.classList.contains("backdrop"));
  const under = [...host.querySelectorAll(":scope > .backdrop")].at(-1);
  for (const child of quiet) child.inert = true;
  if (under) under.inert = true;
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      onEscape();
    }
    if (event.key === "Tab") wrap(event, dialog);
  });
  host.append(backdrop);
  return {
    dialog,
    close() {
      backdrop.remove();
      for (const child of quiet) child.inert = false;
      if (under) under.inert = false;
      const target = returnTo?.() ?? (before?.isConnected ? before : null);
      target?.focus();
    },
  };
}

function wrap(event, dialog) {
  const all = focusables(dialog);
  if (!all.length) return event.preventDefault();
  const at = all.indexOf(document.activeElement);
  if (event.shiftKey && at <= 0) {
    event.preventDefault();
    all.at(-1).focus();
  } else if (!event.shiftKey && at === all.length - 1) {
    event.preventDefault();
    all[0].focus();
  }
}

// Asks before something is done; true when confirmed. Texts are already nodes or plain strings.
export function ask(host, { title, text, yes, no, danger }) {
  return new Promise((decide) => {
    const label = uid("confirm");
    const end = (answer) => { shown.close(); decide(answer); };
    const shown = openDialog(host, { label, testid: "confirm", role: "alertdialog", size: "small", onEscape: () => end(false) });
    const sure = el("button", { type: "button", class: `button ${danger ? "danger" : "primary"}`, data: { testid: "confirm-yes" }, on: { click: () => end(true) } }, yes);
    shown.dialog.append(
      el("header", { class: "dialog-head" }, el("h2", { id: label, dir: "auto" }, title)),
      el("div", { class: "dialog-body", dir: "auto" }, text),
      el("footer", { class: "dialog-foot" },
        el("button", { type: "button", class: "button", data: { testid: "confirm-no" }, on: { click: () => end(false) } }, no), sure),
    );
    sure.focus();
  });
}

// A button that opens a menu of [{label, run, danger, testid, href}]; arrow keys, Home, End, Esc.
export function menuButton(items, { label, testid, face, cls = "icon-button", data = {} }) {
  const button = el("button", { type: "button", class: cls, "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": label, title: label, data: { testid, ...data } }, face ?? icon("more"));
  const holder = el("span", { class: "menu-holder" }, button);
  let menu = null;
  const close = (back) => {
    menu?.remove();
    menu = null;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (back) button.focus();
  };
  const outside = (event) => { if (!holder.contains(event.target)) close(false); };
  const open = () => {
    menu = el("div", { role: "menu", class: "menu", "aria-label": label }, items().map((item) =>
      item.head
        ? el("div", { class: "menu-head", role: "presentation" }, item.head)
        : el(item.href ? "a" : "button", {
          role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : "", data: { testid: item.testid, ...item.data },
          ...(item.href ? { href: item.href, target: "_blank", rel: "noopener noreferrer" } : { type: "button" }),
          on: { click: () => { close(true); item.run?.(); } },
        }, item.label, item.note && el("small", {}, item.note))));
    menu.addEventListener("keydown", (event) => move(event, menu, close));
    menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !holder.contains(event.relatedTarget)) close(false); });
    holder.append(menu);
    const box = menu.getBoundingClientRect();
    if (box.bottom > innerHeight - 8) menu.classList.add("up");
    if (box.left < 8) menu.classList.add("start");
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside, true);
    menu.querySelector("[role=menuitem]")?.focus();
  };
  button.addEventListener("click", () => (menu ? close(true) : open()));
  button.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !menu) { event.preventDefault(); open(); }
  });
  return holder;
}

function move(event, menu, close) {
  const all = [...menu.querySelectorAll("[role=menuitem]")];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    all.at(to % all.length).focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(true);
  } else if (event.key === "Tab") close(true);
}

const voice = el("div", { class: "unseen", "aria-live": "polite", role: "status", data: { testid: "voice" } });

export const voiceNode = () => voice;

// Read out politely; each sentence is its own node so that equal ones are read again.
export function say(text) {
  voice.append(el("p", {}, text));
  while (voice.children.length > 5) voice.firstChild.remove();
}

const toasts = el("div", { class: "toasts", role: "alert" });

export const toastsNode = () => toasts;

// A short notice at the foot of the page that goes by itself.
export function toast(text, life = 8000) {
  const note = el("div", { class: "toast" }, icon("warn"), el("span", { dir: "auto" }, text),
    el("button", { type: "button", class: "icon-button", "aria-label": t("dismiss"), on: { click: () => note.remove() } }, icon("close", 16)));
  toasts.append(note);
  setTimeout(() => note.remove(), life);
}
