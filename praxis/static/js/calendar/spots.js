// What a pointer points at while dragging: a time in the grid, a tray, or a new end. Each spot says its words, how it
// is painted and which step of the server it means (none: letting go there changes nothing).
import { MINUTE, cellAt, cellOf, endOf, isFree, laneOf, slotOf, spotsOf, startOf, timeOf } from "./lanes.js";
import { describe, outline } from "./target.js";
import { words } from "./words.js";

export function gridSpot(x, y, entry, home) {
  const cell = cellOf(document.elementFromPoint(x, y));
  if (!cell) return null;
  const lane = laneOf(cell);
  const start = isFree(cell) ? startOf(cell) : slotUnder(cell, lane, y);
  const { text, isBusy } = describe(lane, start, entry);
  const isHome = home && laneOf(home) === lane && startOf(home) === start;
  return {
    text, isBusy,
    place: { col: lane.col, start },
    paint: () => outline(lane, start, entry.minutes, isBusy),
    step: isHome ? null : "verschieben/",
    values: { spalte: lane.col, beginn: new Date(start).toISOString() },
  };
}

/** Tall cells (own stretch, closed hours) hold several slots. */
function slotUnder(cell, lane, y) {
  const box = cell.getBoundingClientRect();
  const step = slotOf(lane);
  const steps = Math.max(1, Math.floor(Number(cell.dataset.minutes) / step));
  const index = Math.min(steps - 1, Math.max(0, Math.floor(((y - box.top) / box.height) * steps)));
  return startOf(cell) + index * step * MINUTE;
}

const TRAYS = { "tray-parked": ["parken/", "dropParked", "parked"], "tray-extra": ["zusatz/", "dropExtra", "extra"] };

export function traySpot(x, y, entry) {
  const tray = document.elementFromPoint(x, y)?.closest(".tray");
  if (!tray || !TRAYS[tray.id] || entry.kind !== "appointment") return null;
  const [step, text, placement] = TRAYS[tray.id];
  return { tray, text: words(text), isBusy: false, step: entry.placement === placement ? null : step, values: {} };
}

/** The lower edge: the appointment ends with the slot under the pointer. */
export function edgeSpot(cell, entry, y) {
  const lane = laneOf(cell);
  const start = startOf(cell);
  const ends = [...spotsOf(lane, entry.entry).filter((at) => at > start), endOf(lane.cells.at(-1))];
  const distance = (at) => Math.abs(heightOf(lane, at) - y);
  const end = ends.reduce((best, at) => (distance(at) < distance(best) ? at : best));
  const minutes = (end - start) / MINUTE;
  const { isBusy, state } = describe(lane, start, { ...entry, minutes });
  const text = words("until", { time: timeOf(lane, end), minutes, state: isBusy ? state : "" });
  return {
    text, isBusy,
    place: { col: lane.col, start },
    paint: () => outline(lane, start, minutes, isBusy),
    step: minutes === entry.minutes ? null : "dauer/",
    values: { minuten: minutes },
  };
}

/** Screen height where the slot before the instant ends. */
function heightOf(lane, instant) {
  const cell = cellAt(lane, instant - 1);
  const box = cell.getBoundingClientRect();
  return box.top + box.height * Math.min(1, (instant - startOf(cell)) / (endOf(cell) - startOf(cell)));
}
