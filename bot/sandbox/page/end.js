// Keeps the end of a list in view while its reader is there; else a button leads to what is new.
import { node } from "./dom.js";
import { t } from "./words.js";

const NEAR = 80;

export class End {
  constructor(root) {
    this.root = root;
    this.isKept = true;
    this.top = 0;
    this.pill = node("button", { type: "button", class: "pill", hidden: true, onclick: () => this.go() });
    root.after(this.pill);
    root.addEventListener("scroll", () => this.scrolled());
    new ResizeObserver(() => { if (this.isKept) this.go(); }).observe(root);
  }

  // Only a scroll upwards leaves the end: a list that grows moves it away by itself.
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.root;
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.keep();
    else if (scrollTop < this.top) this.isKept = false;
    this.top = scrollTop;
  }

  keep() {
    this.isKept = true;
    this.pill.hidden = true;
  }

  go() {
    this.keep();
    this.root.scrollTop = this.root.scrollHeight;
    this.top = this.root.scrollTop;
  }

  // After something was drawn.
  drawn({ isNew }) {
    if (this.isKept) this.go();
    else if (isNew) {
      this.pill.textContent = t("New messages");
      this.pill.hidden = false;
    }
  }
}
