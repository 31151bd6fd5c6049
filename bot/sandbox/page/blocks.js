// Block Kit as nodes. `acting(block, element)` gives the `on` of an element, see controls.js.
import { chart } from "./charts.js";
import { control } from "./controls.js";
import { node } from "./dom.js";
import { richText } from "./rich.js";
import { t } from "./words.js";

export function renderBlocks(blocks, texts, { acting, values = {}, errors = {} }) {
  const held = (block, element) => values[block.block_id]?.[element.action_id];
  const make = (block, element) => {
    const made = control(element, held(block, element), acting(block, element), texts);
    if (element.action_id) Object.assign(made.dataset, { action: element.action_id, block: block.block_id });
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
  const fields = block.fields ? node("div", { class: "fields" }, block.fields.map((one) => node("div", {}, texts.object(one)))) : null;
  return node("div", { class: "section" }, node("div", { class: "words" }, block.text ? texts.object(block.text) : null, fields), block.accessory ? make(block.accessory) : null);
}

function input(block, { texts, make, error }) {
  const optional = block.optional ? node("span", { class: "optional" }, ` ${t("(optional)")}`) : null;
  return node("div", { class: error ? "input wrong" : "input" },
    node("div", { class: "label" }, texts.object(block.label), optional),
    make(block.element),
    error ? node("div", { class: "error", role: "alert" }, error) : null,
    block.hint ? node("div", { class: "hint" }, texts.object(block.hint)) : null);
}

function table(block, { texts }) {
  const aligned = (index) => block.column_settings?.[index]?.align ?? "left";
  const cell = (one, index, tag) => {
    const made = node(tag, {}, one.type === "rich_text" ? richText(one.elements, texts) : String(one.text ?? one.value ?? ""));
    made.style.textAlign = aligned(index);
    return made;
  };
  const [head, ...rows] = block.rows;
  return node("div", { class: "table" }, node("table", {},
    node("thead", {}, node("tr", {}, head.map((one, index) => cell(one, index, "th")))),
    node("tbody", {}, rows.map((row) => node("tr", {}, row.map((one, index) => cell(one, index, "td")))))));
}

const actions = (block, { make }) => node("div", { class: "actions" }, block.elements.map(make));

const BLOCKS = {
  section, input, table,
  data_visualization: (block) => chart(block.title, block.chart),
  context: (block, { texts }) => node("div", { class: "context" }, block.elements.map((one) => node("span", {}, texts.object(one)))),
  header: (block, { texts }) => node("h3", { class: "header" }, texts.object(block.text)),
  divider: () => node("hr"),
  actions,
  rich_text: (block, { texts }) => node("div", { class: "rich-text" }, richText(block.elements, texts)),
  alert: (block, { texts }) => node("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, texts.object(block.text)),
};
