// Keeps what somebody has opened, typed or gone to, as the form shows what it comes to; and copies.
import { tell } from "./ask.js";

Idiomorph.defaults.ignoreActiveValue = true;
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.matches("details"));

document.body.addEventListener("htmx:afterSettle", offerCopies);
document.body.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
  tell("It was copied.");
});
offerCopies();

// Browsers let only pages from this machine, or over TLS, copy.
function offerCopies() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}
