/* Single keys. An element with `data-key="r"` is clicked (links, buttons) or focused (inputs) when
   that key is pressed outside inputs; `data-key="g h"` waits for two. `?` opens #shortcuts.
   <html data-keys="off"> turns single keys off. Ctrl+Enter sends the form one is typing in.
   Example: <a href="/tickets/new" data-key="c">New ticket</a> */
let before = "";
let beforeAt = 0;

export function typing(event) {
  const target = event.target;
  return (
    event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey ||
    document.documentElement.dataset.keys === "off" ||
    target.isContentEditable || target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select") ||
    document.querySelector("dialog[open], [popover]:popover-open") !== null
  );
}

const shown = (one) => one.offsetParent !== null;

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = event.target.closest?.("form");
    const chosen = form?.querySelector(event.shiftKey ? "[data-send=next]" : "[data-send=now]");
    if (chosen) {
      event.preventDefault();
      form.requestSubmit(chosen);
    }
    return;
  }
  if (typing(event) || event.key.length !== 1) return;
  const recent = performance.now() - beforeAt < 1200 ? before : "";
  const wanted = [recent && `${recent} ${event.key}`, event.key].filter(Boolean);
  before = event.key;
  beforeAt = performance.now();
  if (event.key === "?") return void document.getElementById("shortcuts")?.showModal();
  for (const keys of wanted) {
    const found = [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)].sort((a, b) => shown(b) - shown(a))
      .find((one) => shown(one) || one.closest("[popover]"));
    if (!found) continue;
    event.preventDefault();
    before = "";
    if (found.matches("input, textarea, select")) found.focus();
    else found.click();
    return;
  }
});
