// Served by development builds only: reloads the page once another server answers.
let started;
async function look() {
  try {
    const answer = await fetch("/livez", { cache: "no-store" });
    const now = answer.headers.get("x-keyloft-started");
    if (started && now && now !== started) return location.reload();
    started ??= now;
  } catch {
    // The server is on its way down or up.
  }
  setTimeout(look, 700);
}
look();
