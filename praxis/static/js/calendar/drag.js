// Dragging with mouse, pen or (after a long press) finger: appointments onto times and into the trays, tickets back
// into the grid, the lower edge to make an appointment longer. Esc puts everything back.
import { speak } from "../status.js";
import { act, entryOf } from "./actions.js";
import { startScrolling, stopScrolling } from "./auto-scroll.js";
import { closeGhost, moveGhost, openGhost } from "./ghost.js";
import { focusPlace } from "./grid-focus.js";
import { cellOf, grid } from "./lanes.js";
import { isMoving } from "./move-mode.js";
import { hold, release } from "./refresh.js";
import { edgeSpot, gridSpot, traySpot } from "./spots.js";
import { clearOutline } from "./target.js";
import { words } from "./words.js";

const NEAR_PX = 5;
const LONG_PRESS_MS = 450;
const HANDLES = "#grid td:not(.stack) :is(.appt, .mark), #grid .under, .ticket[data-entry]";
let press = null;
let drag = null;

export const isDragging = () => drag !== null;

document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.isPrimary || drag || isMoving()) return;
  const handle = event.target.closest(HANDLES) ?? cellOf(event.target)?.querySelector(".mark[data-entry]");
  const isEdge = Boolean(event.target.closest(".stretch"));
  if (!handle || (handle.matches(".ticket") && event.target.closest("a, button"))) return;
  const entry = entryOf(handle);
  if (!entry) return;
  press = { entry, handle, isEdge, x: event.clientX, y: event.clientY, id: event.pointerId };
  if (event.pointerType === "touch") press.timer = setTimeout(begin, LONG_PRESS_MS);
  else if (isEdge) event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (drag && event.pointerId === drag.id) return follow(event.clientX, event.clientY);
  if (!press || event.pointerId !== press.id) return;
  if (Math.hypot(event.clientX - press.x, event.clientY - press.y) < NEAR_PX) return;
  if (press.timer) return forget();
  begin();
  follow(event.clientX, event.clientY);
});

function begin() {
  const { entry, handle, isEdge, x, y, id } = press;
  forget();
  drag = { entry, handle, isEdge, x, y, id, cell: cellOf(handle), spot: null };
  hold("drag");
  document.documentElement.classList.add("is-dragging");
  grid().querySelector("table").classList.add("is-dragging");
  if (!isEdge) handle.classList.add("is-source");
  openGhost(handle, entry.label);
  startScrolling(grid(), () => follow(drag.x, drag.y));
  follow(x, y);
}

function forget() {
  clearTimeout(press?.timer);
  press = null;
}

function follow(x, y) {
  Object.assign(drag, { x, y });
  const spot = drag.isEdge ? edgeSpot(drag.cell, drag.entry, y)
    : traySpot(x, y, drag.entry) ?? gridSpot(x, y, drag.entry, drag.cell);
  if (spot?.text && spot.text !== drag.spot?.text) speak(spot.text);
  drag.spot = spot;
  if (spot?.paint) spot.paint();
  else clearOutline();
  document.querySelectorAll(".tray").forEach((tray) => tray.classList.toggle("is-target", tray === spot?.tray));
  moveGhost(x, y, spot?.text ?? words("nowhere"), spot?.isBusy ?? false);
}

document.addEventListener("pointerup", (event) => {
  forget();
  if (!drag || event.pointerId !== drag.id) return;
  const { spot, entry } = drag;
  end();
  swallowClick();
  if (!spot?.step) return;
  act(entry, spot.step, spot.values).then((done) => { if (done && spot.place) focusPlace(spot.place); });
});

document.addEventListener("pointercancel", (event) => {
  forget();
  if (drag && event.pointerId === drag.id) cancel();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drag) return;
  event.preventDefault();
  event.stopPropagation();
  cancel();
}, true);

function cancel() {
  const { label } = drag.entry;
  end();
  swallowClick();
  speak(words("moveCancelled", { name: label }));
}

function end() {
  drag.handle.classList.remove("is-source");
  drag = null;
  stopScrolling();
  closeGhost();
  clearOutline();
  document.documentElement.classList.remove("is-dragging");
  grid()?.querySelector("table")?.classList.remove("is-dragging");
  document.querySelectorAll(".tray.is-target").forEach((tray) => tray.classList.remove("is-target"));
  release("drag");
}

/** The click that belongs to letting go must not open anything. */
function swallowClick() {
  const swallow = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
}

// Links and tickets would start the browser's own dragging, a long press its menu, a finger its scrolling.
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("#grid, .ticket")) event.preventDefault();
});
document.addEventListener("contextmenu", (event) => { if (drag || press?.timer) event.preventDefault(); });
document.addEventListener("touchmove", (event) => { if (drag) event.preventDefault(); }, { passive: false });
