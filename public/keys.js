// The keys of pages that the server draws. Those of pages that scripts take over are in app/src/keyboard/keys.rs, and are the same: what
// needs more than the page has (the palette, the list of keys) opens on the page that has it.

/** How long after G the letter may come, in milliseconds. */
const PATIENCE = 1500;
let wentAt = -PATIENCE;

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  if (did(event)) event.preventDefault();
});

function did(event) {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "k") return !isTyped() && go("/secrets#palette");
    return key === "enter" && press("Control+Enter");
  }
  if (isTyping(event.target) || !lettersCount()) return false;
  const isAfterG = event.timeStamp - wentAt < PATIENCE;
  wentAt = key === "g" ? event.timeStamp : -PATIENCE;
  if (isAfterG) return click(`.nav-item[data-letter="${CSS.escape(key)}"]`);
  if (key === "?") return go("/help#keyboard");
  if (key === "/") return focus("input[type=search]");
  return key.length === 1 && press(key.toUpperCase());
}

/** Whether single letters do anything in this browser. One that keeps nothing has them on. */
function lettersCount() {
  try {
    return localStorage.getItem("keyloft-letters") === null;
  } catch {
    return true;
  }
}

/** Presses what names this key as its own. */
function press(key) {
  return click(`[aria-keyshortcuts~="${CSS.escape(key)}"]`);
}

function click(selector) {
  const found = document.querySelector(selector);
  found?.click();
  return found !== null;
}

function focus(selector) {
  const found = document.querySelector(selector);
  found?.focus();
  return found !== null;
}

function go(address) {
  location.assign(address);
  return true;
}

/** Whether the key goes into a field. */
function isTyping(target) {
  return target instanceof Element && target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

/** Whether something would be lost by leaving. */
function isTyped() {
  const fields = [...document.querySelectorAll("main input, main textarea")];
  return fields.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
}
