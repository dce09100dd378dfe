// Slack's date tokens, shown in the reader's own zone and language.

import { t } from "../i18n.js";

const format = (me, options) => new Intl.DateTimeFormat(me.locale, { timeZone: me.tz, ...options });

function dayOf(me, epoch) {
  return format({ ...me, locale: "en-CA" }, { year: "numeric", month: "2-digit", day: "2-digit" }).format(epoch * 1000);
}

function pretty(me, epoch, otherwise) {
  const days = Math.round((Date.parse(dayOf(me, epoch)) - Date.parse(dayOf(me, Date.now() / 1000))) / 864e5);
  const zh = me.locale.startsWith("zh");
  const near = { "-1": zh ? "昨天" : "yesterday", 0: zh ? "今天" : "today", 1: zh ? "明天" : "tomorrow" }[days];
  return near ?? otherwise;
}

function ago(me, epoch) {
  const words = new Intl.RelativeTimeFormat(me.locale, { numeric: "auto" });
  const seconds = epoch - Date.now() / 1000;
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(Math.round(seconds), "second");
}

export function dateText(me, epoch, template) {
  const show = (options) => format(me, options).format(epoch * 1000);
  const long = () => show({ weekday: "long", year: "numeric", month: "long", day: "numeric" });
  const short = () => show({ year: "numeric", month: "short", day: "numeric" });
  const plain = () => show({ year: "numeric", month: "long", day: "numeric" });
  const tokens = {
    date_num: () => dayOf(me, epoch), date_slash: () => dayOf(me, epoch).replaceAll("-", "/"),
    date: plain, date_short: short, date_long: long, date_long_full: long,
    date_pretty: () => pretty(me, epoch, plain()), date_short_pretty: () => pretty(me, epoch, short()), date_long_pretty: () => pretty(me, epoch, long()),
    day_divider_pretty: () => pretty(me, epoch, long()),
    time: () => show({ hour: "numeric", minute: "2-digit" }), time_secs: () => show({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(me, epoch),
  };
  return template.replace(/\{(\w+)\}/g, (whole, name) => tokens[name]?.() ?? whole);
}

export const clock = (me, ts) => format(me, { hour: "numeric", minute: "2-digit" }).format(Number(ts) * 1000);
export const fullTime = (me, ts) => format(me, { dateStyle: "full", timeStyle: "medium" }).format(Number(ts) * 1000);
export const dayKey = (me, ts) => dayOf(me, Number(ts));
export function dayName(me, ts) {
  const days = Math.round((Date.parse(dayOf(me, Number(ts))) - Date.parse(dayOf(me, Date.now() / 1000))) / 864e5);
  if (days === 0) return t("today");
  if (days === -1) return t("yesterday");
  return format(me, { weekday: "long", month: "long", day: "numeric" }).format(Number(ts) * 1000);
}

// Between an epoch and what a datetime-local field holds, in the reader's zone ("2026-11-23T09:30").
export function toWall(me, epoch) {
  const parts = Object.fromEntries(format({ ...me, locale: "en-CA" }, { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .formatToParts(epoch * 1000).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

export function fromWall(me, wall) {
  const asUtc = Date.parse(`${wall}:00Z`) / 1000;
  if (Number.isNaN(asUtc)) return null;
  let guess = asUtc;
  // Two rounds settle the offset, also next to a change of the clock.
  for (let round = 0; round < 2; round += 1) guess += asUtc - Date.parse(`${toWall(me, guess)}:00Z`) / 1000;
  return guess;
}
