// Copies code that a page without other scripts shows: the buttons, and what they say once it is done.

const said = document.querySelector(".toasts-region[role=status]");

const say = (text) => {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = text;
  said.replaceChildren(toast);
  setTimeout(() => toast.remove(), 6000);
};

for (const part of document.querySelectorAll(".snippet .copy-button")) {
  // Browsers offer the clipboard on https and on loopback only.
  if (!navigator.clipboard) break;
  const button = part.querySelector("button");
  const what = button.getAttribute("aria-label").replace("Copy ", "");
  const code = part.closest(".snippet").querySelector("code");
  part.hidden = false;
  button.addEventListener("click", () =>
    navigator.clipboard.writeText(code.textContent).then(
      () => say(`Copied ${what}`),
      () => say(`${what} was not copied: the browser did not allow it. Select the text and copy it by hand.`),
    ));
}
