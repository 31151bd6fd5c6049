// The field to attach files: each is given to the sandbox at once, and the form holds what it is.
import { node } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

/** A file's name, and the cross that removes it. */
export function chip(name, remove) {
  const cross = node("button", { type: "button", "aria-label": t("Remove {label}", { label: name }), onclick: remove }, icon("cross"));
  return node("span", { class: "chip" }, name, cross);
}

export function attach(element, held, on) {
  let files = held.files ?? [];
  const names = node("span", { class: "chips" });
  const tell = (chosen) => { files = chosen; draw(); return on.choose(files); };
  const draw = () => names.replaceChildren(...files.map((file) => chip(file.name, () => tell(files.filter((one) => one.id !== file.id)))));
  const box = node("input", { type: "file", "aria-label": on.label ?? t("Attach") });
  box.multiple = element.max_files !== 1;
  box.addEventListener("change", async () => {
    const given = await Promise.all([...box.files].map((file) => on.upload(file)));
    box.value = "";
    await tell([...files, ...given].slice(0, element.max_files ?? 10));
  });
  draw();
  return node("span", { class: "many" }, names, box);
}
