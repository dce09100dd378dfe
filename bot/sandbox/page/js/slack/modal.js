// The stack of modals of one colleague: the top one is shown; typed values survive updates as they do in Slack.

import { el, icon, uid } from "../dom.js";
import { t } from "../i18n.js";
import { post } from "../net.js";
import { focusables, openDialog, toast } from "../overlay.js";
import { blocks, showError } from "../blocks/index.js";
import { plain } from "../blocks/mrkdwn.js";

const PAUSE = 200; // ms of rest after the last key before what was typed is told to the sandbox

export class Modals {
  constructor(host, slack) {
    this.host = host;
    this.slack = slack;
    this.shown = null;
    this.typed = new Map();
    this.timers = new Map();
    this.uploads = null;
    this.touched = new Set(); // blocks changed since the last submit: an old complaint about them says nothing
  }

  sync(views) {
    const top = views.at(-1);
    if (!top) {
      this.shown?.close();
      this.shown = null;
      this.typed.clear();
      return;
    }
    if (!this.shown) this.open();
    this.depth = views.length;
    const print = `${top.id}${top.hash}`;
    if (print !== this.print || !this.shown.dialog.firstChild) this.fill(top, this.view?.id !== top.id);
    this.view = top;
    this.print = print;
    this.complain(Object.fromEntries(Object.entries(top.errors ?? {}).filter(([block]) => !this.touched.has(block))));
  }

  open() {
    this.label = uid("modal");
    this.print = this.view = null;
    const from = document.activeElement;
    const [ts, mark] = [from?.closest("[data-ts]")?.dataset.ts, from?.dataset.focus];
    this.shown = openDialog(this.host, { label: this.label, testid: "modal", onEscape: () => this.leave(false), returnTo: () => (from?.isConnected ? from : this.again(ts, mark)) });
    this.shown.dialog.classList.add("modal");
  }

  // The message was drawn anew meanwhile: the same button in it, else the message, else where one writes.
  again(ts, mark) {
    const message = ts && [...this.host.querySelectorAll("[data-ts]")].find((node) => node.dataset.ts === ts);
    const same = message && [...message.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === mark);
    return same ?? (message || this.host.querySelector("[data-testid=composer]"));
  }

  fill(view, fresh) {
    const { dialog } = this.shown;
    const held = dialog.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    const context = this.slack.context({ view_id: view.id }, {
      fold: false,
      attach: (files) => (this.uploads = Promise.all(files.map((file) => this.upload(file)))),
      held: (block, element) => this.values(view.id)[block.block_id]?.[element.action_id],
      start: (element, block, value) => { this.slot(view.id, block.block_id)[element.action_id] ??= { type: element.type, ...value }; },
      hold: (element, block, value) => this.hold(view, element, block, value),
      act: async (element, block, value, node) => { await this.flush(); return this.slack.act({ view_id: view.id }, element, block, value, node); },
      dispatch: (element, block, value, node) => this.slack.wait(node, () => post("/sandbox/slack/type", { user: this.slack.user, view_id: view.id, block_id: block.block_id, action_id: element.action_id, ...value })),
    });
    this.trouble = el("p", { class: "trouble", role: "alert", hidden: true, data: { testid: "trouble" } });
    this.submit = view.submit && el("button", { type: "submit", class: "button primary", disabled: view.submit_disabled, data: { testid: "modal-submit", focus: "submit" } }, el("span", { class: "face" }, plain(view.submit)));
    const form = el("form", { novalidate: true, class: "modal-form", on: { submit: (event) => { event.preventDefault(); this.send(view); } } },
      el("header", { class: "dialog-head" },
        this.depth > 1 && el("button", { type: "button", class: "icon-button", "aria-label": t("back"), on: { click: () => this.leave(false) } }, icon("reply")),
        el("h2", { id: this.label, dir: "auto" }, plain(view.title)),
        el("button", { type: "button", class: "icon-button", "aria-label": t("close"), data: { testid: "modal-cross", focus: "cross" }, on: { click: () => this.leave(true) } }, icon("close"))),
      el("div", { class: "dialog-body" }, this.trouble, blocks(view.blocks, context)),
      el("footer", { class: "dialog-foot" },
        el("button", { type: "button", class: "button", data: { testid: "modal-close", focus: "close" }, on: { click: () => this.leave(false) } }, plain(view.close) || t(this.submit ? "no" : "close")), this.submit));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    });
    dialog.replaceChildren(form);
    const marked = held && !fresh ? [...dialog.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === held) : null;
    (marked ?? this.first(view, form) ?? dialog).focus();
  }

  first(view, form) {
    const wanted = view.blocks.find((block) => block.element?.focus_on_load);
    const holder = wanted ? [...form.querySelectorAll("[data-block-id]")].find((node) => node.dataset.blockId === wanted.block_id) : form.querySelector(".dialog-body");
    return focusables(holder).find((node) => node.matches("input, textarea, select")) ?? focusables(holder)[0] ?? this.submit ?? form.querySelector("[data-testid=modal-close]");
  }

  values(view) {
    if (!this.typed.has(view)) this.typed.set(view, {});
    return this.typed.get(view);
  }

  slot(view, block) { return (this.values(view)[block] ??= {}); }

  hold(view, element, block, value) {
    this.slot(view.id, block.block_id)[element.action_id] = { type: element.type, ...value };
    this.fault(block.block_id, null);
    this.touched.add(block.block_id);
    if (block.type !== "input" || block.dispatch_action) return;
    const name = `${block.block_id}/${element.action_id}`;
    clearTimeout(this.timers.get(name)?.timer);
    const tell = () => {
      this.timers.delete(name);
      return post("/sandbox/slack/type", { user: this.slack.user, view_id: view.id, block_id: block.block_id, action_id: element.action_id, ...value }).catch(() => {});
    };
    this.timers.set(name, { tell, timer: setTimeout(tell, PAUSE) });
  }

  async flush() {
    const waiting = [...this.timers.values()];
    for (const { timer } of waiting) clearTimeout(timer);
    await Promise.all(waiting.map(({ tell }) => tell()));
  }

  // What Slack's own client checks before the app is asked.
  missing(view) {
    const wrong = {};
    for (const block of view.blocks.filter((one) => one.type === "input")) {
      const held = this.values(view.id)[block.block_id]?.[block.element.action_id] ?? {};
      const value = Object.entries(held).find(([key]) => key !== "type")?.[1];
      const empty = value === null || value === undefined || value === "" || value.length === 0;
      if (empty && !block.optional) wrong[block.block_id] = t("required");
      else if (!empty && block.element.min_length && value.length < block.element.min_length) wrong[block.block_id] = t("too_short", { n: block.element.min_length });
      else if (!empty && typeof value === "string" && value.length > (block.element.max_length ?? 3000)) wrong[block.block_id] = t("over", { n: value.length - (block.element.max_length ?? 3000) });
    }
    return wrong;
  }

  async upload(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const content = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return post("/sandbox/slack/attach", { user: this.slack.user, name: file.name, content });
  }

  async send(view) {
    if (!this.submit || this.submit.getAttribute("aria-busy") === "true") return;
    await this.uploads?.catch(() => {}); // A file chosen a moment ago is still on its way.
    const wrong = this.missing(view);
    if (Object.keys(wrong).length) return this.complain(wrong, true);
    const { submit, trouble } = this;
    submit.setAttribute("aria-busy", "true");
    trouble.hidden = true;
    this.touched.clear();
    for (const { timer } of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    const inputs = new Set(view.blocks.filter((block) => block.type === "input").map((block) => block.block_id));
    const values = Object.fromEntries(Object.entries(this.values(view.id)).filter(([block]) => inputs.has(block)));
    try {
      const { outcome, errors } = await post("/sandbox/slack/submit", { user: this.slack.user, view_id: view.id, values });
      if (errors) this.complain(errors, true);
      else if (outcome !== "acked") {
        trouble.replaceChildren(icon("warn"), t("trouble"));
        trouble.hidden = false;
      }
    } catch (problem) {
      toast(t("failed", { error: problem.message }));
    } finally {
      submit.removeAttribute("aria-busy");
    }
    return undefined;
  }

  fault(block, message) {
    const holder = [...this.shown.dialog.querySelectorAll("[data-testid=modal-field]")].find((node) => node.dataset.blockId === block);
    if (holder) showError(holder, message);
    return holder;
  }

  complain(errors, jump = false) {
    const [first] = Object.entries(errors).map(([block, message]) => this.fault(block, message));
    if (jump && first) focusables(first)[0]?.focus();
  }

  async leave(everything) {
    if (!this.view) return;
    await post("/sandbox/slack/close", { user: this.slack.user, view_id: this.view.id, everything }).catch(() => {});
    this.slack.refresh();
  }
}
