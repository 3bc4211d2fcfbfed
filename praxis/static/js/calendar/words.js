// German words of the calendar: written in templates/scheduling/_calendar_words.html, filled in here.
import { toast } from "../status.js";
import { answer, undo } from "./actions.js";

const texts = document.getElementById("calendar-words").dataset;

/** words("moved", {name: "…"}) */
export function words(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** A copy of what <template id="…"> holds. */
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

let last = [];

// One message of the calendar at a time: the next action makes the one before it old, and its question too.
document.addEventListener("praxis:say", ({ detail: { text, tone, undo: canUndo, question } }) => {
  last.forEach((element) => element.remove());
  const actions = canUndo ? [{ label: words("undo"), run: undo }] : [];
  last = [toast(text, { kind: tone === "danger" ? "error" : "success", actions })];
  if (question) last.push(ask(question));
});

/** Stays until it is answered or closed, or the next action makes it old. */
function ask(question) {
  const actions = [
    { label: question.yes, run: () => answer(question.yes_url) },
    { label: question.no, run: () => answer(question.no_url) },
  ];
  return toast(question.words, { kind: "warning", actions, sticky: true });
}
