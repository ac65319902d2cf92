/* <textarea data-one-line>: a heading one can write in. Enter saves, Esc takes back, it grows with
   its text. Example: <form hx-post="…"><textarea data-one-line name="subject">…</textarea></form> */
function fit(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!area.matches?.("textarea[data-one-line]")) return;
  if (event.key === "Enter") {
    event.preventDefault();
    area.blur(); // a changed text fires `change`, which sends the form
  } else if (event.key === "Escape") {
    area.value = area.defaultValue;
    area.blur();
  }
});
document.addEventListener("input", (event) => event.target.matches?.("textarea[data-one-line]") && fit(event.target));
document.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll?.("textarea[data-one-line]").forEach(fit));
document.querySelectorAll("textarea[data-one-line]").forEach(fit);
