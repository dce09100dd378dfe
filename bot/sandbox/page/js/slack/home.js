// The app's Home tab, as the app published it for the colleague who looks.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { post } from "../net.js";
import { blocks } from "../blocks/index.js";

export class Home {
  constructor(slack) {
    this.slack = slack;
    this.asked = false;
    this.body = el("div", { class: "home-body", data: { testid: "home" } });
    this.node = el("div", { class: "home", tabindex: "0", role: "region", "aria-label": t("home_tab") }, this.body);
  }

  open() {
    this.asked = true;
    this.print = null;
    this.body.setAttribute("aria-busy", "true");
    post("/sandbox/slack/open_home", { user: this.slack.user }).catch(() => {}).finally(() => {
      this.asked = false;
      this.body.removeAttribute("aria-busy");
      this.slack.refresh();
    });
  }

  update(view) {
    const print = view ? `${view.id}${view.hash}${this.slack.team.me.id}` : String(this.asked);
    if (print === this.print) return;
    this.print = print;
    const held = this.body.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    const context = view && this.slack.context({ home: true }, { fold: false });
    this.body.replaceChildren(...(view ? blocks(view.blocks, context) : [el("p", { class: "empty" }, t(this.asked ? "home_wait" : "home_none"))]));
    if (held) ([...this.body.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === held) ?? this.node).focus({ preventScroll: true });
  }
}
