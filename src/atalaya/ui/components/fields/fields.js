/* What says it wants the focus gets it when it appears: the summary of a form's errors, or the
   first field of a dialog. Example: <div role="alert" tabindex="-1" data-focus>…</div> */
document.addEventListener("htmx:load", (event) => {
  const wants = event.detail.elt.matches?.("[data-focus]")
    ? event.detail.elt
    : event.detail.elt.querySelector?.("[data-focus]");
  wants?.focus({ preventScroll: false });
});
document.querySelector("[role=alert][data-focus]")?.focus();
