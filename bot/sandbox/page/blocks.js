// Block Kit as nodes. `acting(block, element)` gives the `on` of an element, see controls.js.
import { control } from "./controls.js";
import { link, node } from "./dom.js";
import { markdown, richText } from "./rich.js";
import { t } from "./words.js";

export function renderBlocks(blocks, texts, { acting, values = {}, errors = {} }) {
  const held = (block, element) => values[block.block_id]?.[element.action_id];
  const make = (block, element) => {
    const made = control(element, held(block, element), acting(block, element), texts);
    if (element.action_id) made.dataset.action = element.action_id;
    return made;
  };
  return blocks.map((block) => {
    const render = BLOCKS[block.type];
    const made = render
      ? render(block, { texts, make: (element) => make(block, element), error: errors[block.block_id] })
      : node("div", { class: "unknown" }, `unknown block: ${block.type}`);
    made.classList.add("block");
    return made;
  });
}

function section(block, { texts, make }) {
  const words = node("div", { class: "words" },
    block.text ? node("div", {}, texts.object(block.text)) : null,
    block.fields ? node("div", { class: "fields" }, block.fields.map((field) => node("div", {}, texts.object(field)))) : null);
  return node("div", { class: "section" }, words, block.accessory ? make(block.accessory) : null);
}

function context(block, { texts, make }) {
  return node("div", { class: "context" }, block.elements.map((element) =>
    element.type === "image" ? make(element) : node("span", {}, texts.object(element))));
}

function input(block, { texts, make, error }) {
  const optional = block.optional ? node("span", { class: "optional" }, ` ${t("(optional)")}`) : null;
  return node("div", { class: error ? "input wrong" : "input" },
    node("div", { class: "label" }, texts.object(block.label), optional),
    make(block.element),
    error ? node("div", { class: "error", role: "alert" }, error) : null,
    block.hint ? node("div", { class: "hint" }, texts.object(block.hint)) : null);
}

function image(block, { texts }) {
  const url = block.image_url ?? block.slack_file?.url ?? "";
  return node("figure", {},
    block.title ? node("figcaption", {}, texts.object(block.title)) : null,
    node("span", { class: "image" }, "🖼 ", link(url, block.alt_text)));
}

function table(block, { texts }) {
  const aligned = (index) => block.column_settings?.[index]?.align ?? "left";
  const cell = (one, index, tag) => {
    const made = node(tag, {}, one.type === "rich_text" ? richText(one, texts) : String(one.text ?? one.value ?? ""));
    made.style.textAlign = aligned(index);
    return made;
  };
  const [head, ...rows] = block.rows;
  return node("div", { class: "table" }, node("table", {},
    node("thead", {}, node("tr", {}, head.map((one, index) => cell(one, index, "th")))),
    node("tbody", {}, rows.map((row) => node("tr", {}, row.map((one, index) => cell(one, index, "td")))))));
}

function card(block, { texts, make }) {
  return node("div", { class: "card" },
    block.title ? node("b", {}, texts.object(block.title)) : null,
    block.subtitle ? node("div", { class: "quiet" }, texts.object(block.subtitle)) : null,
    block.body ? node("div", {}, texts.object(block.body)) : null,
    block.actions ? node("div", { class: "actions" }, block.actions.map(make)) : null);
}

const BLOCKS = {
  section, context, input, image, table, card,
  header: (block, { texts }) => node("h3", { class: "header" }, texts.object(block.text)),
  divider: () => node("hr"),
  actions: (block, { make }) => node("div", { class: "actions" }, block.elements.map(make)),
  rich_text: (block, { texts }) => node("div", { class: "rich-text" }, richText(block, texts)),
  markdown: (block) => node("div", { class: "markdown" }, markdown(block.text)),
  alert: (block, { texts }) => node("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, texts.object(block.text)),
  video: (block, { texts }) => node("div", {}, "▶ ", link(block.title_url ?? block.video_url, texts.object(block.title))),
  file: (block) => node("div", { class: "quiet" }, `file ${block.external_id}`),
};
