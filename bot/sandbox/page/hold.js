// Who works in a form stays where they were when it is drawn anew.
const FIELDS = "input, select, textarea, [contenteditable], button";
const TYPED = "input[type=text], textarea, [contenteditable]";

// What they are in: an element of the bot's, or the form's own buttons.
const areaOf = (one) => one.closest("[data-action], header, footer");
const alike = (root, one) => [root, ...root.querySelectorAll("*")].filter((other) => other.localName === one.localName);

// Returns what takes them back in the new one, and whether it could; null where nobody is anywhere.
export function hold(dialog) {
  const held = document.activeElement;
  const area = dialog.contains(held) && dialog.querySelector("[data-action]") ? areaOf(held) : null;
  const { scrollTop } = dialog.querySelector(".body");
  if (!area) return null;
  const { action, block } = area.dataset;
  const areas = (root) => [...root.querySelectorAll(action ? "[data-action]" : area.localName)].filter((one) => one.dataset.action === action);
  const nth = areas(dialog).indexOf(area);
  const index = alike(area, held).indexOf(held);
  const caret = held.matches(TYPED) ? caretIn(held) : null;
  return (drawn) => {
    const same = areas(drawn).find((one) => one.dataset.block === block);
    const place = same ?? areas(drawn)[nth] ?? areas(drawn)[0];
    if (!place) return false;
    const isKept = caret && same && same.localName === area.localName;
    if (isKept) same.replaceWith(area); // with what is typed, which may not have been told yet
    const found = isKept ? held : alike(place, held)[index] ?? place.querySelector(FIELDS) ?? place;
    found.focus({ preventScroll: true });
    if (isKept) caret();
    drawn.querySelector(".body").scrollTop = scrollTop;
    return true;
  };
}

// Returns what puts it back.
function caretIn(field) {
  const { scrollTop, selectionStart, selectionEnd, selectionDirection } = field;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
  return () => {
    if (field.isContentEditable) getSelection().setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset);
    else field.setSelectionRange(selectionStart, selectionEnd, selectionDirection);
    field.scrollTop = scrollTop;
  };
}
