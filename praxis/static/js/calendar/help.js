// "?" shows the keys and lets them be changed: here the server knows more than the help of the other pages.
import { registerKeys } from "../keys.js";
import { grid } from "./lanes.js";
import { words } from "./words.js";

function openHelp() {
  htmx.ajax("GET", grid().dataset.urlShortcuts, { target: "#dialog-host", swap: "innerHTML", source: "#dialog-host" });
}

registerKeys(words("keysPage"), [{ id: "help", keys: "?", label: words("keyHelp"), run: openHelp }]);

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-open-keys]") || !grid()) return;
  event.stopPropagation();
  event.target.closest("[popover]")?.hidePopover();
  openHelp();
}, true);
