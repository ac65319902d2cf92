/* Any [data-rows] list is walked with j and k, opened with Enter; the row under way is `.at`.
   Keys are off while one types, and when <html data-keys="off">. `x` ticks a row's checkbox.
   Example: <tbody data-rows><tr><td><a href="/t/1">…</a></td></tr></tbody> */
import { typing } from "../keys/keys.js";

const rowsOf = () => [...document.querySelectorAll("[data-rows] > :not([data-skip])")].filter((row) => row.querySelector("a[href]"));

function move(step) {
  const rows = rowsOf();
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("at"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step))];
  for (const row of rows) row.classList.toggle("at", row === next);
  next.querySelector("a[href]").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x") document.querySelector("[data-rows] > .at input[type=checkbox]")?.click();
  else if (event.key === "Enter" && document.activeElement === document.body) document.querySelector("[data-rows] > .at a[href]")?.click();
  else return;
  if (event.key !== "Enter") event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-rows] > *");
  if (!row) return;
  for (const other of document.querySelectorAll("[data-rows] > .at")) other.classList.remove("at");
  row.classList.add("at");
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-rows] > [data-href]");
  if (row && !event.target.closest("a, button, input, label, summary") && !String(getSelection())) {
    const link = row.querySelector("a[href]");
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank");
    else link.click();
  }
});
