/* The context panel: `]` or a [data-toggles-side] button shows or hides it; wide screens remember,
   narrow ones open it as a drawer that Esc or a click outside closes. */
const root = document.documentElement;
const narrow = matchMedia("(max-width: 1100px)");
root.classList.toggle("side-off", localStorage.getItem("side") === "off");

function toggle() {
  if (narrow.matches) root.classList.toggle("side-on");
  else localStorage.setItem("side", root.classList.toggle("side-off") ? "off" : "on");
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-toggles-side]")) toggle();
  else if (root.classList.contains("side-on") && !event.target.closest(".work-side, dialog, [popover]")) {
    root.classList.remove("side-on");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") root.classList.remove("side-on");
});

/* A control with [data-sends] sends its form when it changes: filters, sort orders. */
document.addEventListener("change", (event) => {
  if (event.target.closest?.("[data-sends]")) event.target.form?.requestSubmit();
});
