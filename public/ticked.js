// A button says how many boxes of its form are ticked, in the words that it brings along for none, one and more. Without scripts it says
// what it does.

const label = document.querySelector("[data-ticked]");

const say = () => {
  const { ticked, none, one, more } = label.dataset;
  const count = label.closest("form").querySelectorAll(`[name=${ticked}]:checked`).length;
  label.textContent = count === 0 ? none : count === 1 ? one : more.replace("#", count);
};

document.addEventListener("change", say);
// A browser that comes Back ticks what was ticked after scripts have run.
addEventListener("pageshow", say);
