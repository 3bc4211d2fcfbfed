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

const ONLY_APPOINTMENTS = { only: "appointment" };
const startMove = (entry) => startMoving(entry, entry.placement === "grid" ? "move" : "place");
const startCopy = (entry) => startMoving(entry, "copy");
const lengthen = (steps) => (entry) => act(entry, "dauer/", { schritte: steps });
const park = (entry) => takeAway(entry, "parken/");
const cancel = (entry) => takeAway(entry, entry.kind === "appointment" ? "absagen/" : "loeschen/");
const status = (value) => withEntry((entry) => act(entry, "status/", { status: value }), ONLY_APPOINTMENTS);

registerKeys(words("keysEntry"), [
  { id: "book", keys: "enter", label: words("keyBook"), run: book },
  { id: "move", keys: "m", label: words("keyMove"), run: withEntry(startMove) },
  { id: "copy", keys: "c", label: words("keyCopy"), run: withEntry(startCopy, ONLY_APPOINTMENTS) },
  { id: "park", keys: "x", label: words("keyPark"), run: withEntry(park, ONLY_APPOINTMENTS) },
  { id: "place", keys: "v", label: words("keyPlace"), run: () => { place(); } },
  { id: "longer", keys: "shift+arrowdown", label: words("keyLonger"), run: withEntry(lengthen(1)) },
  { id: "shorter", keys: "shift+arrowup", label: words("keyShorter"), run: withEntry(lengthen(-1)) },
  { id: "cancel", keys: "delete", label: words("keyCancel"), run: withEntry(cancel) },
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
const startPlace = (entry) => startMoving(entry, "place");
const CHOOSE_TARGET = { move: startMove, place: startPlace, copy: startCopy };
const AT_ONCE = { park: (entry) => act(entry, "parken/"), longer: lengthen(1), shorter: lengthen(-1) };

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  const entry = button && entryOf(button);
  const { action } = button?.dataset ?? {};
  const run = CHOOSE_TARGET[action] ?? AT_ONCE[action];
  if (!entry || !run) return;
  event.preventDefault();
  if (CHOOSE_TARGET[action]) uncoverGrid();
  run(entry);
});

/** The target lies in the grid: what covers it goes. */
function uncoverGrid() {
  document.getElementById("dialog-host").close();
  document.querySelectorAll(".side:popover-open").forEach((tray) => tray.hidePopover());
}
