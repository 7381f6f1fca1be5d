// What every page does: follow what happens, ask before what cannot be undone, and remember the colours.
import { follow } from "./live.js";
import { watchDialog } from "./ask.js";
import { tellTimes } from "./times.js";

const toggle = document.getElementById("theme");
toggle.hidden = false;
toggle.addEventListener("click", () => {
  const now = getComputedStyle(document.documentElement).getPropertyValue("--scheme").trim();
  const next = now === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
});

watchDialog();
tellTimes();
follow();
