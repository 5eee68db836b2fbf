// Follows the audit log: says how many events came since the page was drawn, and shows them when they are asked for, so that nothing moves
// under the pointer. Without scripts the link has the server draw the page anew every few seconds.

const [link, said, show] = document.querySelector("[data-live]").children;
const EVERY = 5000;
const sequence = (page) => [...page.querySelectorAll("[data-seq]")].map((row) => Number(row.dataset.seq));
const newest = Math.max(0, ...sequence(document));
let timer;

const tell = (text, some) => {
  // What is said again is not read out again.
  if (said.textContent !== text) said.textContent = text;
  show.hidden = !some;
};

const look = async () => {
  // Nobody uses a session who looks at something else: it may end.
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname + location.search);
    if (answer.redirected) {
      follow(false);
      tell("Your session ended. Sign in again to follow.", false);
      return;
    }
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = sequence(page);
    const count = found.filter((one) => one > newest).length;
    const isAll = count === found.length && page.querySelector("[rel=next]");
    if (timer) tell(count === 0 ? "" : count === 1 ? "1 new event" : `${count}${isAll ? " or more" : ""} new events`, count);
  } catch {
    if (timer) tell("Nothing is heard from the server. This goes on when it answers again.", false);
  }
};

const follow = (on) => {
  clearInterval(timer);
  timer = on ? setInterval(look, EVERY) : undefined;
  link.textContent = on ? "Stop following" : "Follow live";
  tell("", false);
  // Whoever shows what is new goes on following.
  history.replaceState(history.state, "", on ? "#live" : location.pathname + location.search);
};

link.addEventListener("click", (event) => {
  event.preventDefault();
  follow(!timer);
});
show.addEventListener("click", () => location.reload());
if (location.hash === "#live") follow(true);
