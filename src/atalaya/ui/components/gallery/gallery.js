/* <gallery-copy data-of="button">: shows the first example of a component again, in the theme around
   it. Only in the style guide; identifiers are renamed so that each stays unique. */
class GalleryCopy extends HTMLElement {
  connectedCallback() {
    const first = document.querySelector(`#${this.dataset.of} .gallery-look`);
    const mark = `-${[...document.querySelectorAll("gallery-copy")].indexOf(this)}`;
    const holder = document.createElement("template");
    holder.innerHTML = first.innerHTML;
    for (const attribute of ["id", "for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "data-opens", "name"]) {
      for (const element of holder.content.querySelectorAll(`[${attribute}]`)) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.split(" ").map((one) => one + mark).join(" "));
      }
    }
    for (const element of holder.content.querySelectorAll("[hx-target^='#']")) {
      element.setAttribute("hx-target", element.getAttribute("hx-target") + mark);
    }
    for (const element of holder.content.querySelectorAll("nav[aria-label]")) {
      element.setAttribute("aria-label", `${element.getAttribute("aria-label")} (${this.parentElement.dataset.theme})`);
    }
    this.append(holder.content);
    window.htmx?.process(this);
  }
}

customElements.define("gallery-copy", GalleryCopy);
