/* <details data-remember id="…"> keeps whether it was open, per browser.
   Example: <details class="card fold" id="card-requester" data-remember open>…</details> */
const key = (element) => `fold:${element.id}`;

function restore(root) {
  for (const element of root.querySelectorAll("details[data-remember][id]")) {
    const kept = localStorage.getItem(key(element));
    if (kept !== null) element.open = kept === "1";
  }
}

document.addEventListener(
  "toggle",
  (event) => {
    const element = event.target;
    if (element.matches?.("details[data-remember][id]")) {
      localStorage.setItem(key(element), element.open ? "1" : "0");
    }
  },
  true,
);
document.addEventListener("htmx:load", (event) => restore(event.detail.elt.parentElement ?? document));
restore(document);
