// One Tab stop for the whole grid, arrows inside: up and down in a column, left and right at the same time of day.
import { keyOf } from "../keys.js";
import {
  MINUTE, cellAt, cellOf, endOf, findCell, grid, isFree, isShown, laneOf, lanes, startOf, table, timeOf,
} from "./lanes.js";
import { fromTemplate, words } from "./words.js";

const PAGE_MINUTES = 60;
let place = null;
// Going sideways over long entries keeps the time of day it started from.
let anchor = null;
let onArrow = null;

export const arrows = {
  ArrowUp: (lane, at) => [lane, before(lane, at, at)],
  ArrowDown: (lane, at) => [lane, after(lane, at, at)],
  PageUp: (lane, at) => [lane, before(lane, at, at - (PAGE_MINUTES - 1) * MINUTE)],
  PageDown: (lane, at) => [lane, after(lane, at, at + (PAGE_MINUTES - 1) * MINUTE)],
  ArrowLeft: (lane, at) => sideways(lane, at, -1),
  ArrowRight: (lane, at) => sideways(lane, at, +1),
  Home: (lane, at) => [shown()[0], at],
  End: (lane, at) => [shown().at(-1), at],
};

const shown = () => lanes().filter(isShown);
const starts = (lane) => lane.spots ?? lane.cells.map(startOf);
const before = (lane, at, limit) => starts(lane).findLast((one) => one <= limit && one < at) ?? starts(lane)[0];
const after = (lane, at, limit) => starts(lane).find((one) => one >= limit && one > at) ?? starts(lane).at(-1);

function sideways(lane, at, step) {
  const all = shown();
  const other = all[all.findIndex((one) => one.position === lane.position) + step];
  // The other day of a week view has the same wall-clock times.
  return other ? [other, at + startOf(other.cells[0]) - startOf(lane.cells[0])] : [lane, at];
}

/** Takes the arrow keys over, for choosing a target: fn(key) or null. */
export function interceptArrows(handler) {
  onArrow = handler;
}

/** Makes the cell the Tab stop and moves the focus there. */
export function focusCell(cell, options) {
  if (!cell) return;
  setStop(cell);
  cell.focus(options);
  // The browser is content with half a cell in view.
  if (!options?.preventScroll) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export const focusPlace = (wanted) => focusCell(wanted && findCell(wanted));
export const placeOf = (cell) => ({ col: cell.dataset.col, start: startOf(cell) });
export const currentCell = () => cellOf(document.activeElement);
/** Where Tab enters the grid. */
export const stopCell = () => table()?.querySelector('td[tabindex="0"]') ?? (place && findCell(place)) ?? null;

function setStop(cell) {
  table().querySelectorAll('td[tabindex="0"]').forEach((one) => { if (one !== cell) one.tabIndex = -1; });
  cell.tabIndex = 0;
  place = placeOf(cell);
}

function onKeydown(event) {
  const cell = currentCell();
  const move = arrows[event.key];
  if (!cell || !move || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  if (event.ctrlKey && !["Home", "End"].includes(event.key)) return;
  event.preventDefault();
  if (onArrow) return void onArrow(event.key);
  if (event.ctrlKey) return void focusCell(corner(event.key));
  const isSideways = ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key);
  const at = isSideways && anchor?.cell === cell ? anchor.at : startOf(cell);
  const [lane, to] = move(laneOf(cell), at);
  const next = cellAt(lane, Math.min(to, endOf(lane.cells.at(-1)) - 1));
  focusCell(next);
  anchor = isSideways ? { cell: next, at: to } : null;
}

const corner = (key) => (key === "Home" ? shown()[0].cells[0] : shown().at(-1).cells.at(-1));

let hint = null;

/** Shows what Enter does on a free cell, as long as the focus is there. */
function showHint(cell) {
  hint?.remove();
  hint = null;
  if (!isFree(cell) || cell.classList.contains("noted") || !cell.matches(":focus-visible") || onArrow) return;
  hint = fromTemplate("calendar-focus-hint");
  hint.querySelector("b").textContent = words("freeAt", { time: timeOf(laneOf(cell), startOf(cell)) });
  hint.querySelector("kbd").hidden = keyOf("book") !== "enter";
  cell.append(hint);
}

document.addEventListener("keydown", onKeydown);
document.addEventListener("focusin", ({ target }) => {
  const cell = cellOf(target);
  if (!cell) return;
  setStop(cell);
  if (target === cell) showHint(cell);
});
document.addEventListener("focusout", ({ target }) => {
  if (cellOf(target) !== target) return;
  hint?.remove();
  hint = null;
});

// The link inside a cell opens the dialog, the focus comes back to the cell.
document.addEventListener("dialog:closed", () => {
  const active = document.activeElement;
  if (place && (active === document.body || grid()?.contains(active))) focusPlace(place);
});

document.addEventListener("calendar:refreshed", () => {
  if (table() && !table().querySelector('td[tabindex="0"]')) {
    const cell = (place && findCell(place)) ?? lanes()[0]?.cells[0];
    if (cell) setStop(cell);
  }
});
