// Draws how fast each node passes records on, from what this page has seen of it.
const MOST = 90;
const WIDTH = 120;
const HEIGHT = 28;
const seen = new Map();

function note() {
  for (const row of document.querySelectorAll("[data-node]")) {
    const rates = seen.get(row.dataset.node) ?? [];
    rates.push(Number(row.dataset.rate));
    seen.set(row.dataset.node, rates.slice(-MOST));
    draw(row.querySelector("polyline"), seen.get(row.dataset.node));
  }
}

function draw(line, rates) {
  const top = Math.max(...rates, 1);
  const step = WIDTH / (MOST - 1);
  const from = WIDTH - (rates.length - 1) * step;
  const at = (rate, place) => `${(from + place * step).toFixed(1)},${(HEIGHT - 2 - (rate / top) * (HEIGHT - 4)).toFixed(1)}`;
  line.setAttribute("points", rates.map(at).join(" "));
}

document.addEventListener("autoclone:refreshed", note);
note();
