// Forms, up to three on each other, and the home tab.
import { renderBlocks } from "./blocks.js";
import { node } from "./dom.js";
import { hold } from "./hold.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

// What was typed but not yet sent, by form, block and action; it survives updates of the form.
class Drafts {
  constructor() {
    this.kept = new Map();
  }

  of(view) {
    if (!this.kept.has(view.id)) this.kept.set(view.id, {});
    return this.kept.get(view.id);
  }

  put(view, block, element, value) {
    (this.of(view)[block.block_id] ??= {})[element.action_id] = value;
  }

  // Only for fields that are still there.
  values(view) {
    const drafts = this.of(view);
    return Object.fromEntries(view.blocks.filter((block) => drafts[block.block_id]).map((block) => [block.block_id, drafts[block.block_id]]));
  }

  laidOver(view) {
    const values = structuredClone(view.state.values);
    for (const [blockId, actions] of Object.entries(this.values(view))) {
      for (const [actionId, value] of Object.entries(actions)) {
        const held = values[blockId]?.[actionId];
        if (!held) continue;
        if (held.type === "rich_text_input") held.rich_text_value = value;
        else if (held.type.endsWith("_input")) held.value = value;
      }
    }
    return values;
  }
}

// The first field in there; undefined for no such place.
function fieldIn(dialog, place) {
  if (!place) return undefined;
  const fields = ":is(input, textarea, select, [contenteditable])";
  return dialog.querySelector(`${place} ${fields}, ${place}${fields}`) ?? undefined;
}

function focusedOnLoad(view) {
  const action = view.blocks.find((block) => block.element?.focus_on_load)?.element.action_id;
  return action && `[data-action="${CSS.escape(action)}"]`;
}

export class Views {
  constructor(sandbox, root) {
    this.sandbox = sandbox;
    this.root = root;
    this.drafts = new Drafts();
    this.shown = "";
    this.isBusy = false;
  }

  // Draws anew only when something else is on top, so that nobody's typing is disturbed.
  show(forms, texts) {
    const view = forms.at(-1);
    const signature = view ? JSON.stringify([view.id, view.hash, view.errors, view.trouble, forms.length]) : "";
    if (signature === this.shown) return;
    this.shown = signature;
    const dialog = view ? this.dialog(view, forms.length, texts) : null;
    const before = this.root.querySelector(`[data-view="${view?.id}"]`);
    const goBack = before && hold(before);
    this.view = view;
    this.root.replaceChildren(...(dialog ? [dialog] : []));
    if (!dialog) return;
    dialog.showModal();
    if (goBack && !dialog.querySelector(".wrong") && goBack(dialog)) return;
    const first = fieldIn(dialog, ".wrong") ?? fieldIn(dialog, focusedOnLoad(view)) ?? fieldIn(dialog, ".body");
    (first ?? dialog.querySelector("footer button:last-child"))?.focus();
  }

  dialog(view, depth, texts) {
    const words = (text, otherwise) => (text ? texts.object(text) : [otherwise]);
    let isClosed = false; // it stays in view until the sandbox has closed it, too
    const closes = (all) => async () => {
      if (isClosed) return;
      isClosed = true;
      isClosed = (await this.sandbox.does("closes", { view: view.id, all })).ok;
    };
    const submit = view.submit ? node("button", { class: "primary" }, words(view.submit)) : null;
    const dialog = node("dialog", { class: "form", "aria-label": view.title.text, "data-view": view.id },
      node("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.submit(view, submit, trouble); } },
        node("header", {},
          node("span", { class: "avatar app small", "aria-hidden": "true" }),
          node("h3", {}, words(view.title)),
          depth > 1 ? node("button", { type: "button", class: "back", onclick: closes(false) }, t("Back")) : null,
          node("button", { type: "button", class: "cross", "aria-label": t("Close all"), onclick: closes(true) }, icon("cross"))),
        node("div", { class: "body" }, this.blocks(view, texts)),
        node("footer", {},
          node("button", { type: "button", onclick: closes(false) }, words(view.close, t(view.submit ? "Cancel" : "Close"))),
          submit)));
    const trouble = node("div", { class: "trouble", role: "alert", hidden: !view.trouble }, view.trouble);
    dialog.querySelector(".body").before(trouble);
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.submit(view, submit, trouble);
    });
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); closes(false)(); });
    return dialog;
  }

  async submit(view, button, trouble) {
    if (!button || button.disabled) return;
    button.disabled = true;
    button.classList.add("busy");
    trouble.hidden = true;
    const answer = await this.sandbox.does("submits", { view: view.id, values: this.drafts.values(view) });
    button.disabled = false;
    button.classList.remove("busy");
    if (!answer.ok) trouble.textContent = answer.error;
    trouble.hidden = !trouble.textContent;
  }

  home(view, texts) {
    return this.blocks(view, texts);
  }

  blocks(view, texts) {
    const acting = (block, element) => this.acting(view, block, element);
    return renderBlocks(view.blocks, texts, { acting, values: this.drafts.laidOver(view), errors: view.errors });
  }

  acting(view, block, element) {
    const where = { view: view.id, block_id: block.block_id, action_id: element.action_id };
    const latest = () => (this.view?.id === view.id ? this.view : view); // the element may outlive a drawing
    const act = (value) => this.sandbox.does("acts", { ...where, value, values: this.drafts.values(latest()) });
    const asks = block.type !== "input" || block.dispatch_action;
    return {
      label: block.label?.text,
      press: act,
      choose: (value) => (asks ? act(value) : this.sandbox.does("puts", { ...where, value })),
      type: (value) => this.drafts.put(view, block, element, value),
      enter: (value) => (asks ? act(value) : undefined),
      upload: async (file) => {
        const given = await this.sandbox.upload(file);
        this.shown = null; // unlike "" for no form: this one may have been drawn anew meanwhile
        return given;
      },
      options: async (query) => (await this.sandbox.does("options", { ...where, query })).options ?? [],
    };
  }
}
