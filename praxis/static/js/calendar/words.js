// German words of the calendar: written in templates/scheduling/_calendar_words.html, filled in here.
import { toast } from "../status.js";
import { undo } from "./actions.js";

const texts = document.getElementById("calendar-words").dataset;

/** words("moved", {name: "…"}) */
export function words(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** A copy of what <template id="…"> holds. */
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

let last = null;

// One message of the calendar at a time: the next action makes the one before it old.
document.addEventListener("praxis:say", ({ detail: { text, tone, undo: canUndo } }) => {
  last?.remove();
  const action = canUndo ? { label: words("undo"), run: undo } : null;
  last = toast(text, { kind: tone === "danger" ? "error" : "success", action });
});
