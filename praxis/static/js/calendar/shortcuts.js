// The keys of the calendar. All can be changed (body[data-keys]); all act on what has the focus.
import { registerKeys } from "../keys.js";
import { speak } from "../status.js";
import { act, entryOf, isBusy, undo } from "./actions.js";
import { currentCell, focusCell, focusPlace, placeOf, stopCell } from "./grid-focus.js";
import { isFree, startOf } from "./lanes.js";
import { confirmTarget, isMoving, startMoving } from "./move-mode.js";
import { words } from "./words.js";

/** Runs with the entry that has the focus; without one says what is missing. */
const withEntry = (run, { only = "" } = {}) => (event) => {
  const entry = entryOf(document.activeElement);
  if (isMoving() || (event.repeat && isBusy())) return;
  if (!entry) return speak(words("noEntry"));
  if (only && entry.kind !== only) return speak(words("appointmentsOnly"));
  run(entry);
};

const click = (id) => () => document.getElementById(id)?.click();

function book() {
  const cell = currentCell();
  if (cell !== document.activeElement || !cell) return false;
  if (isMoving()) return void confirmTarget();
  cell.querySelector(":scope > a.slot, a.open")?.click();
}

/** Does something that takes the entry out of its cell and leaves the focus at that time. */
async function takeAway(entry, step) {
  const cell = currentCell();
  const place = cell && placeOf(cell);
  await act(entry, step);
  if (!place) return;
  if (document.activeElement === document.body || currentCell()) focusPlace(place);
}

/** Puts the newest ticket of the clipboard (or the one with the focus) on the free cell, else lets a target be chosen. */
async function place() {
  if (isMoving()) return;
  const focused = entryOf(document.activeElement?.closest(".ticket"));
  if (focused) return startMoving(focused, "place");
  const ticket = entryOf(document.querySelector("#tray-parked .ticket[data-entry]"));
  if (!ticket) return speak(words("clipboardEmpty"));
  const cell = currentCell();
  if (!cell || !isFree(cell)) return startMoving(ticket, "place");
  const target = placeOf(cell);
  await act(ticket, "verschieben/", { spalte: target.col, beginn: new Date(startOf(cell)).toISOString() });
  focusPlace(target);
}

const status = (value) => withEntry((entry) => act(entry, "status/", { status: value }), { only: "appointment" });
const cancelOrDelete = withEntry((entry) =>
  takeAway(entry, entry.kind === "appointment" ? "absagen/" : "loeschen/"));

registerKeys(words("keysEntry"), [
  { id: "book", keys: "enter", label: words("keyBook"), run: book },
  { id: "move", keys: "m", label: words("keyMove"), run: withEntry((entry) => startMoving(entry, entry.placement === "grid" ? "move" : "place")) },
  { id: "copy", keys: "c", label: words("keyCopy"), run: withEntry((entry) => startMoving(entry, "copy"), { only: "appointment" }) },
  { id: "park", keys: "x", label: words("keyPark"), run: withEntry((entry) => takeAway(entry, "parken/"), { only: "appointment" }) },
  { id: "place", keys: "v", label: words("keyPlace"), run: () => { place(); } },
  { id: "longer", keys: "shift+arrowdown", label: words("keyLonger"), run: withEntry((entry) => act(entry, "dauer/", { schritte: 1 })) },
  { id: "shorter", keys: "shift+arrowup", label: words("keyShorter"), run: withEntry((entry) => act(entry, "dauer/", { schritte: -1 })) },
  { id: "cancel", keys: "delete", label: words("keyCancel"), run: cancelOrDelete },
  { id: "undo", keys: "ctrl+z", label: words("keyUndo"), run: () => { undo(); } },
]);

registerKeys(words("keysVisit"), [
  { id: "arrived", keys: "d", label: words("keyArrived"), run: status("arrived") },
  { id: "in_room", keys: "z", label: words("keyInRoom"), run: status("in_room") },
  { id: "done", keys: "f", label: words("keyDone"), run: status("done") },
  { id: "no_show", keys: "k", label: words("keyNoShow"), run: status("no_show") },
]);

registerKeys(words("keysPage"), [
  { id: "next_free", keys: "n", label: words("keyNextFree"), run: click("btn-next-free") },
  { id: "today", keys: "t", label: words("keyToday"), run: click("nav-today") },
  { id: "next_day", keys: "+", label: words("keyNextDay"), run: click("nav-next") },
  { id: "previous_day", keys: "-", label: words("keyPreviousDay"), run: click("nav-prev") },
  { id: "grid", keys: "g", label: words("keyGrid"), run: () => focusCell(stopCell()) },
]);

// The same steps by click alone: buttons in the dialog of an entry and on the tickets.
const STEPS = {
  move: (entry) => startMoving(entry, entry.placement === "grid" ? "move" : "place"),
  place: (entry) => startMoving(entry, "place"),
  copy: (entry) => startMoving(entry, "copy"),
  park: (entry) => act(entry, "parken/"),
  longer: (entry) => act(entry, "dauer/", { schritte: 1 }),
  shorter: (entry) => act(entry, "dauer/", { schritte: -1 }),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action], a[data-action]");
  const entry = button && entryOf(button);
  if (!entry || !STEPS[button.dataset.action]) return;
  event.preventDefault();
  if (["move", "place", "copy"].includes(button.dataset.action)) document.getElementById("dialog-host").close();
  STEPS[button.dataset.action](entry);
});
