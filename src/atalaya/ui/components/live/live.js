/* <live-topics src="/console/live/?topic=item-7"> — one event stream per page. A change of `item-7`
   is sent on as the event `live:item-7` on the body. While the tab is hidden the stream is closed
   (browsers allow six connections to a host); when it is shown again everything is fetched anew. */
class LiveTopics extends HTMLElement {
  connectedCallback() {
    this.watch = () => (document.hidden ? this.rest() : this.open());
    document.addEventListener("visibilitychange", this.watch);
    addEventListener("pagehide", () => this.rest());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    this.open();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.watch);
    this.close();
  }

  get names() {
    return new URL(this.getAttribute("src"), location.href).searchParams.getAll("topic");
  }

  open() {
    clearTimeout(this.resting);
    if (this.stream) return;
    this.stream = new EventSource(this.getAttribute("src"));
    if (this.wasOpen) this.names.forEach((name) => this.tell(name));
    this.stream.addEventListener("open", () => {
      if (this.lost) this.names.forEach((name) => this.tell(name));
      this.lost = false;
      this.wasOpen = true;
      this.dataset.state = "open";
    });
    this.stream.addEventListener("error", () => {
      this.lost = true;
      this.dataset.state = "lost";
    });
    this.stream.addEventListener("changed", (event) => this.tell(event.data));
  }

  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.close(), 30_000);
  }

  close() {
    this.stream?.close();
    this.stream = undefined;
  }

  tell(name) {
    document.body.dispatchEvent(new CustomEvent(`live:${name}`));
  }
}

customElements.define("live-topics", LiveTopics);
