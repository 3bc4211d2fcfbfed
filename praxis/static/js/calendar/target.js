// The place an entry is about to go to: an outline over the grid and the words for it.
import { MINUTE, cellAt, endOf, grid, startOf, timeOf } from "./lanes.js";
import { words } from "./words.js";

let frame = null;

/** What lies at the target: {state, isBusy, text}. `entry`: the one that moves; it is not in its own way. */
export function describe(lane, start, entry) {
  const end = start + entry.minutes * MINUTE;
  const covered = lane.cells.filter(
    (cell) => startOf(cell) < end && endOf(cell) > start && cell.dataset.entry !== entry.entry);
  const taken = covered.find((cell) => cell.classList.contains("taken"));
  const isClosed = covered.some((cell) => cell.classList.contains("closed")) || end > endOf(lane.cells.at(-1));
  // A note may lie under an appointment.
  const isNote = entry.kind === "note";
  const state = taken ? words(isNote ? "under" : "taken", { name: taken.dataset.label })
    : words(isClosed ? "closed" : "free");
  const place = { time: timeOf(lane, start), column: lane.name, state };
  return { state, isBusy: Boolean(taken) && !isNote, text: words("target", place) };
}

/** Draws the outline from start over the length of the entry. */
export function outline(lane, start, minutes, isBusy) {
  const body = grid().querySelector(".gridbody");
  if (!frame?.isConnected || frame.parentElement !== body) {
    frame?.remove();
    frame = document.createElement("div");
    frame.className = "dropframe";
    frame.setAttribute("aria-hidden", "true");
    body.append(frame);
  }
  frame.classList.toggle("is-busy", isBusy);
  const [first, top] = heightAt(lane, start);
  const [, bottom] = heightAt(lane, start + minutes * MINUTE - 1);
  const origin = body.getBoundingClientRect();
  const box = first.getBoundingClientRect();
  Object.assign(frame.style, {
    left: `${box.left - origin.left}px`, width: `${box.width}px`,
    top: `${top - origin.top}px`, height: `${Math.max(bottom - top, 12)}px`,
  });
}

export function clearOutline() {
  frame?.remove();
  frame = null;
}

/** Cell and screen height of an instant of the lane. */
function heightAt(lane, instant) {
  const cell = cellAt(lane, instant);
  const box = cell.getBoundingClientRect();
  const share = (instant - startOf(cell)) / (endOf(cell) - startOf(cell));
  return [cell, box.top + box.height * Math.min(1, Math.max(0, share))];
}
