/* How a part of a page is renewed in place (`hx-swap="morph"`): what the reader opened stays open,
   what he writes stays written, and an open menu is left alone. */
const keeps = (node) => node instanceof Element && node.matches("pop-menu, [data-keep]");

if (window.Idiomorph) {
  Object.assign(window.Idiomorph.defaults, { ignoreActiveValue: true });
  Object.assign(window.Idiomorph.defaults.callbacks, {
    beforeNodeMorphed: (before, after) => !(keeps(before) && keeps(after) && before.id === after.id),
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
