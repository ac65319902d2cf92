/* <button data-copy="INC-12"> puts a text on the clipboard and says so. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  document.body.dispatchEvent(new CustomEvent("toast", { detail: { text: `${button.dataset.copy} ✓`, kind: "success" } }));
});
