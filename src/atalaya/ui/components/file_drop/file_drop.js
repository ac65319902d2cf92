/* <file-drop> around an <input type=file multiple>: files dropped on the form or pasted into it join
   those chosen; each can be taken out again. Example: see examples.html. */
class FileDrop extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector("ul");
    this.input.addEventListener("change", () => this.take(this.input.files));
    const form = this.closest("form");
    if (!form) return;
    form.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length) {
        event.preventDefault();
        this.take(event.clipboardData.files);
      }
    });
    form.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      form.classList.add("dropping");
    });
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) form.classList.remove("dropping");
    });
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      form.classList.remove("dropping");
      this.take(event.dataTransfer.files);
    });
    form.addEventListener("reset", () => this.keep([]));
  }

  take(files) {
    const known = this.kept ?? [];
    const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
    this.keep([...known, ...[...files].filter((file) => !known.some((other) => same(file, other)))]);
  }

  keep(files) {
    this.kept = files;
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.input.files = transfer.files;
    this.list.replaceChildren(...files.map((file) => this.line(file)));
  }

  line(file) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.className = "clip";
    name.textContent = file.name;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "✕";
    button.setAttribute("aria-label", `${this.list.dataset.remove} ${file.name}`);
    button.addEventListener("click", () => {
      this.keep(this.kept.filter((other) => other !== file));
      this.input.focus();
    });
    line.append(name, button);
    return line;
  }
}

customElements.define("file-drop", FileDrop);
