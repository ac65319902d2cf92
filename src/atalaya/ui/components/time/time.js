/* <time datetime="…" data-ago>3 min ago</time> stays true while the page is open.
   Same words as the server's `ago` filter, by the browser's own Intl. */
const DAY = 86400;
const words = () => new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short", numeric: "always" });

function refresh() {
  const speak = words();
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const seconds = (Date.parse(element.dateTime) - Date.now()) / 1000;
    const size = Math.abs(seconds);
    if (size < 60 || size >= 7 * DAY) continue; // the server's word ("now", a date) is right
    const [unit, step] = size < 3600 ? ["minute", 60] : size < DAY ? ["hour", 3600] : ["day", DAY];
    element.textContent = speak.format(Math.trunc(seconds / step), unit).replace(/\./g, "");
  }
}

setInterval(refresh, 30_000);
