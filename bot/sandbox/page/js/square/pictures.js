// The pictures of a post, each with what it shows: read out by a screen reader, and written below for who looks.

import { el } from "../dom.js";
import { t } from "../i18n.js";

export function pictures(media) {
  if (!media.length) return null;
  return el("div", { class: `pictures of-${Math.min(media.length, 4)}` }, media.map((one) => el("figure", { class: "picture", data: { testid: "picture", id: one.id } },
    el("img", { src: new URL(one.url).pathname, alt: one.alt || t("no_alt"), loading: "lazy", decoding: "async" }),
    one.alt && el("figcaption", { "aria-hidden": "true", dir: "auto", title: one.alt }, el("span", { class: "alt-badge" }, "ALT"), el("span", { class: "alt-text" }, one.alt)))));
}
