// Builds nodes; text from outside only ever becomes text.
import { answered } from "./calm.js";

export function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else if (key in made && typeof value !== "string") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

const SAFE = /^(https?|mailto|tel):/i;

export function link(url, ...label) {
  if (!SAFE.test(url)) return node("span", {}, ...label);
  return node("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

let openMenu = null;

function closeMenu() {
  openMenu?.remove();
  openMenu = null;
}

document.addEventListener("click", (event) => {
  if (openMenu && !openMenu.contains(event.target)) closeMenu();
});

// Entries are [label, what it does, whose it is]; closes by itself, by Escape or by a click elsewhere.
export function menuAt(anchor, entries) {
  const wasOpen = openMenu?.anchor === anchor;
  closeMenu();
  if (wasOpen) return;
  const items = entries.map(([label, act, owner]) =>
    node("button", { type: "button", role: "menuitem", onpointerenter: (event) => event.target.focus(), onclick: () => { closeMenu(); act(); } },
      node("span", {}, label), owner ? node("small", {}, owner) : null));
  const menu = node("div", { class: "menu", role: "menu" }, items);
  menu.addEventListener("keydown", (event) => walk(event, items, anchor));
  menu.anchor = anchor;
  const box = anchor.getBoundingClientRect();
  (anchor.closest("dialog") ?? document.body).append(menu);
  menu.style.top = `${Math.min(box.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
  setTimeout(() => { openMenu = menu; items[0]?.focus(); });
}

function walk(event, items, anchor) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
    anchor.focus();
  } else if (event.key === "Tab") {
    closeMenu();
  } else if (step) {
    event.preventDefault();
    const at = items.indexOf(document.activeElement) + step;
    items[(at + items.length) % items.length].focus();
  }
}

// Asks before something is done; Slack's own words where none are given.
export function confirmed(confirm, textOf) {
  if (!confirm) return Promise.resolve(true);
  return answered(new Promise((resolve) => {
    const answer = (value) => () => { dialog.close(); dialog.remove(); resolve(value); };
    const style = confirm.style === "danger" ? "danger" : "primary";
    const dialog = node("dialog", { class: "confirm", "aria-label": confirm.title.text },
      node("h3", {}, textOf(confirm.title)),
      node("div", {}, textOf(confirm.text)),
      node("footer", {},
        node("button", { type: "button", onclick: answer(false) }, textOf(confirm.deny)),
        node("button", { type: "button", class: style, onclick: answer(true) }, textOf(confirm.confirm))));
    dialog.addEventListener("cancel", answer(false));
    document.body.append(dialog);
    dialog.showModal();
  }));
}
