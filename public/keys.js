// The keys of pages that the server draws. Those of pages that scripts take over are in app/src/keyboard/keys.rs. Here are those that
// any page needs; what needs more than the page has (the palette, the list of keys) opens on the page that has it.

/** How long after G the letter may come, in milliseconds. */
const PATIENCE = 1500;
let wentAt = -PATIENCE;
/** The keys that lead to places and to the list of keys, as somebody has them; none where they are off. */
const letters = document.querySelector(".nav")?.dataset ?? {};

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || (event.altKey && !isSign(event))) return;
  if (did(event)) event.preventDefault();
});

function did(event) {
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && !isSign(event)) {
    if (key === "k") return !isTyped() && go("/secrets#palette");
    return key === "enter" && press("Control+Enter");
  }
  // Letters lead elsewhere, and what was typed would be gone.
  if (isTyping(event.target) || isTyped()) return false;
  const isAfterG = event.timeStamp - wentAt < PATIENCE;
  wentAt = key === letters.go?.toLowerCase() ? event.timeStamp : -PATIENCE;
  if (isAfterG) return click(`.nav-item[data-letter="${CSS.escape(key)}"]`);
  if (key === letters.keys?.toLowerCase()) return go("/help#keyboard");
  return key.length === 1 && press(key);
}

/** Presses what names this key as its own. */
function press(key) {
  return click(`[aria-keyshortcuts~="${CSS.escape(key)}" i]`);
}

function click(selector) {
  const found = document.querySelector(selector);
  found?.click();
  return found !== null;
}

function go(address) {
  location.assign(address);
  return true;
}

/** Whether the keyboard needs AltGr or Option for this sign, as many do for brackets. */
function isSign(event) {
  return event.altKey && event.key.length === 1 && !/[\p{L}\p{N} ]/u.test(event.key);
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
