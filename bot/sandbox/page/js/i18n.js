// Which language the page speaks, and how it words times. Audience text and Slack blocks are never translated.

import { WORDS } from "./words.js";

const asked = localStorage.getItem("language");
let language = WORDS[asked] ? asked : (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh-TW" : "en";

export const lang = () => language;

export function setLang(next) {
  language = next;
  localStorage.setItem("language", next);
  applyLang();
}

export function applyLang() {
  document.documentElement.lang = language === "zh-TW" ? "zh-Hant-TW" : "en";
  document.title = `${t("title")}｜小編 Xiaobian`;
}

const ONE = { comments: "1 comment", likes: "1 like", replies: "1 reply", views_n: "1 view", earlier: "Show 1 earlier thread" };

export function t(key, params = {}) {
  if (language === "en" && params.n === 1 && ONE[key]) return ONE[key];
  return WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => typeof params[name] === "number" ? number(params[name]) : params[name]);
}

export const number = (value) => new Intl.NumberFormat(language).format(value);

// "3 min", "2 h", "5 d" as social pages show age; the exact time is in the title.
export function age(iso) {
  const seconds = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
  if (seconds < 50) return t("now");
  const [unit, size] = seconds < 3570 ? ["minute", 60] : seconds < 84600 ? ["hour", 3600] : ["day", 86400];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: language === "en" ? "narrow" : "short" }).format(Math.round(seconds / size));
}

export const moment = (iso) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
