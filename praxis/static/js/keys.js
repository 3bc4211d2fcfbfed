// The register of shortcuts. Single keys are off inside fields and while a dialog is open; every key can be
// changed or switched off (WCAG 2.1.4): <body data-keys='{"next_free": "b", "park": ""}'> comes from the server.

const changed = JSON.parse(document.body.dataset.keys || "{}");
const groups = new Map();
const byKey = new Map();

/**
 * Adds shortcuts: [{id, keys: "n" | "shift+arrowdown" | "ctrl+z", label, run(event)}].
 * run returns false when it did nothing; then the browser keeps the key. Entries without run are shown in the help only.
 */
export function registerKeys(group, entries) {
  const list = groups.get(group) ?? [];
  for (const entry of entries) {
    const keys = (changed[entry.id] ?? entry.keys).toLowerCase();
    list.push({ ...entry, keys });
    if (keys && entry.run) byKey.set(keys, entry);
  }
  groups.set(group, list);
}

/** The key of a shortcut as it is now, for labels: keyOf("next_free"). */
export function keyOf(id) {
  return [...groups.values()].flat().find((entry) => entry.id === id)?.keys ?? "";
}

/** What was pressed, in the notation of registerKeys. */
export function chord(event) {
  const key = event.key.toLowerCase();
  const letters = key.length === 1;
  return [
    event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : "",
    event.shiftKey && !letters ? "shift" : "", key,
  ].filter(Boolean).join("+");
}

function isTyping(event) {
  const field = event.target.closest?.("input, select, textarea, [contenteditable]");
  return Boolean(field) && !["checkbox", "radio", "button", "submit"].includes(field.type);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || isTyping(event)) return;
  if (document.querySelector("dialog:modal")) return;
  const entry = byKey.get(chord(event));
  if (entry && entry.run(event) !== false) event.preventDefault();
});

const NAMES = {
  arrowdown: "↓", arrowup: "↑", arrowleft: "←", arrowright: "→", enter: "↵", delete: "Entf", escape: "Esc",
  ctrl: "Strg", shift: "Umschalt", alt: "Alt", home: "Pos1", end: "Ende", " ": "Leertaste", pageup: "Bild↑", pagedown: "Bild↓",
};
const shown = (key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);

function row({ keys, label }) {
  const line = document.createElement("div");
  const term = document.createElement("dt");
  const detail = document.createElement("dd");
  term.textContent = label;
  if (!keys) detail.textContent = document.getElementById("texts").dataset.keyOff;
  // "+" is also a key of its own: split between names only.
  for (const part of keys ? keys.split(/(?<=\w)\+/) : []) {
    const kbd = document.createElement("kbd");
    kbd.textContent = shown(part);
    detail.append(kbd, " ");
  }
  line.append(term, detail);
  return line;
}

/** Opens the help with every key that works on this page. */
export function openKeys() {
  const dialog = document.getElementById("keys-template").content.firstElementChild.cloneNode(true);
  const host = dialog.querySelector(".dialog-body");
  host.replaceChildren(...[...groups].flatMap(([group, entries]) => {
    const title = document.createElement("h3");
    title.textContent = group;
    const list = document.createElement("dl");
    list.className = "keys";
    list.append(...entries.map(row));
    return [title, list];
  }));
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
