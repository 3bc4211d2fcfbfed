// "?" shows the keys and lets them be changed: here the server knows more than the help of the other pages.
import { chord, registerKeys } from "../keys.js";
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

// Nobody knows how keys are spelled: what is pressed is written. Keys that leave or send the form stay what they are.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-key-field]");
  if (!field || ["Tab", "Enter", "Escape", "Shift", "Control", "Alt", "Meta", "Dead"].includes(event.key)) return;
  event.preventDefault();
  field.value = event.key === "Backspace" ? "" : chord(event);
});
