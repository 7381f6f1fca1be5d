// The one dialog, which is filled by the server, and the words about what was done.
const SHOWN_MS = 6000;

export function watchDialog() {
  const dialog = document.getElementById("ask");
  // Only once what is in it answers to htmx, not merely to the browser.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === dialog && !dialog.open) dialog.showModal();
  });
  // What is wrong with what the dialog sent is said in it: the notes lie behind it.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.isError && dialog.open) event.detail.target = dialog.querySelector("[data-problem]");
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.requestConfig.verb === "post") dialog.close();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  document.body.addEventListener("autoclone:done", (event) => tell(event.detail.value));
}

// Text only: whatever it says came from somewhere.
export function tell(text) {
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = text;
  document.getElementById("notice").replaceChildren(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}
