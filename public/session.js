// Says two minutes before a session ends, and keeps it open for whoever wants that (WCAG 2.2, 2.2.1).

const hint = document.querySelector(".session-hint");
const [text, stay] = hint.children;
const { idle, ends } = hint.dataset;
const WARNING = 120_000;

// By the browser's own clock, which may be wrong but goes on.
const endsAt = Date.now() + Number(ends);
let usedAt = Date.now();

/** What scripts ask the server for is a use of the session, as a page is. */
new PerformanceObserver((list) => {
  const isUse = ({ name, initiatorType }) => initiatorType === "fetch" && !/\.(wasm|js)$/.test(new URL(name).pathname);
  if (list.getEntries().some(isUse)) use();
}).observe({ type: "resource" });

function use() {
  usedAt = Date.now();
  tell();
}

function tell() {
  const left = Math.min(usedAt + Number(idle), endsAt) - Date.now();
  const goesOn = usedAt + Number(idle) < endsAt;
  stay.hidden = !goesOn || left <= 0;
  hint.hidden = left > WARNING;
  if (left <= 0) text.textContent = "Your session ended. What you typed into an editor is kept; sign in again to go on.";
  else if (goesOn) text.textContent = "Your session ends in two minutes, for nothing was asked of the server for a while.";
  else text.textContent = "Your session ends in two minutes. Save what you began, and sign in again.";
}

stay.addEventListener("click", async () => {
  const answer = await fetch("/help", { method: "HEAD", redirect: "manual" }).catch(() => null);
  if (answer?.ok) use();
  else text.textContent = "Not kept open: the server was not reached, or the session has ended. Try again, or sign in.";
});

setInterval(tell, 10_000);
