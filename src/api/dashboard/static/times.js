// Beside each time that lies ahead or behind: in how long, or how long ago.
const EVERY_MS = 1000;
const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

let ahead = 0; // how far the server's clock is ahead of this machine's

export function tellTimes() {
  setInterval(tell, EVERY_MS);
  document.addEventListener("autoclone:refreshed", compare);
  document.body.addEventListener("htmx:afterSettle", tell);
  compare();
}

function compare() {
  ahead = Date.parse(document.getElementById("banner").dataset.now) - Date.now();
  tell();
}

function tell() {
  document.querySelectorAll("[data-relative]").forEach(show);
}

function show(element) {
  const seconds = Math.round((Date.parse(element.dataset.relative) - Date.now() - ahead) / 1000);
  const text = seconds >= 0 ? `in ${length(seconds)}` : `${length(-seconds)} ago`;
  if (element.textContent !== text) element.textContent = text;
}

function length(seconds) {
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first === -1) return "0 s";
  const [unit, size] = UNITS[first];
  const next = UNITS[first + 1];
  const rest = next && Math.floor((seconds % size) / next[1]);
  return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${next[0]}` : ""}`;
}
