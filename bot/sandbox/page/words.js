// What the page itself says, in the language of the person one plays. English is the key.
import { JAPANESE } from "./japanese.js";

let known = {};
let timeZone = "UTC";

export function speak({ locale, zone }) {
  const isJapanese = locale.startsWith("ja");
  timeZone = zone;
  known = isJapanese ? JAPANESE : {};
  document.documentElement.lang = isJapanese ? "ja" : "en";
  for (const element of document.querySelectorAll("[data-says]")) {
    element.dataset.says ||= element.textContent;
    element.textContent = t(element.dataset.says);
  }
}

export function language() {
  return document.documentElement.lang;
}

export function written(iso, form) {
  return new Date(iso).toLocaleString(language(), { timeZone, ...form });
}

// `values` stand for the names in braces.
export function t(text, values = {}) {
  return (known[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
