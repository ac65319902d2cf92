/* How a part of a page is renewed in place (`hx-swap="morph"`): what the reader opened stays open,
   what he writes stays written, and an open menu is left alone. */
const isOpen = (node) => node.matches("pop-menu:popover-open");
const isWritten = (node) => node === document.activeElement && node.matches("input, textarea, select");
const keeps = (node) => node instanceof Element && (isOpen(node) || isWritten(node));

if (window.Idiomorph) {
  Object.assign(window.Idiomorph.defaults.callbacks, {
    beforeNodeMorphed: (before) => !keeps(before),
    beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS"),
  });
}

/* A filter form sends only what is filled in, so that addresses stay short. */
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get" || !event.detail.elt.matches("form")) return;
  for (const [name, value] of [...event.detail.parameters.entries()]) {
    if (value === "") event.detail.parameters.delete(name);
  }
});
