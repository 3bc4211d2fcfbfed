// Moving, copying and placing without dragging: start (M, C, V or a button), choose a target with the arrows or the
// pointer, Enter or a click confirms, Esc ends it. Every step is spoken.
import { speak } from "../status.js";
import { act, shownVersion } from "./actions.js";
import { arrows, currentCell, focusCell, focusPlace, interceptArrows, placeOf, stopCell } from "./grid-focus.js";
import { cellAt, cellOf, findCell, isFree, isShown, lanes, laneOf, spotsOf, startOf, table } from "./lanes.js";
import { clearOutline, describe, outline } from "./target.js";
import { fromTemplate, words } from "./words.js";

let mode = null;
let bar = null;

export const isMoving = () => mode !== null;

/** kind: move | copy | place. */
export function startMoving(entry, kind) {
  if (mode) finish();
  const source = cellOf(document.querySelector(`#grid [data-entry="${entry.entry}"]`));
  const ticket = document.querySelector(`.ticket[data-entry="${entry.entry}"]`);
  mode = { entry, kind, home: source ? placeOf(source) : null, ticket: ticket ? entry.entry : null };
  interceptArrows(onArrow);
  showBar();
  const cell = source ?? firstFree();
  if (!cell) return;
  aimAt(laneOf(cell), startOf(cell), { isFirst: true });
}

function firstFree() {
  const stop = stopCell();
  if (stop && isFree(stop) && stop.checkVisibility()) return stop;
  return lanes().filter(isShown).flatMap((lane) => lane.cells).find((cell) => isFree(cell) && !isPast(cell)) ?? stop;
}

const isPast = (cell) => cell.matches(".past, .past > *");

function aimAt(lane, start, { isFirst = false } = {}) {
  mode.target = { col: lane.col, start };
  paint();
  focusCell(cellAt(lane, start));
  const { text } = describe(lane, start, mode.entry);
  speak(isFirst ? `${words(`${mode.kind}Start`, { name: mode.entry.label })} ${text}` : text);
}

function onArrow(key) {
  const cell = mode.target && findCell(mode.target) || currentCell();
  const lane = { ...laneOf(cell) };
  lane.spots = spotsOf(lane, mode.kind === "move" ? mode.entry.entry : null);
  const [to, at] = arrows[key](lane, mode.target.start);
  aimAt(lanes().find((one) => one.position === to.position), nearest(to, at));
}

/** The begin of the lane that is at or before the instant. */
function nearest(lane, at) {
  const spots = spotsOf(lane, mode.kind === "move" ? mode.entry.entry : null);
  return spots.findLast((one) => one <= at) ?? spots[0];
}

/** Draws source and target; also after the page was refreshed under it. */
function paint() {
  table()?.classList.add("is-moving");
  document.querySelectorAll(".is-source").forEach((one) => one.classList.remove("is-source"));
  document.querySelectorAll(`:is(#grid *, .ticket)[data-entry="${mode.entry.entry}"]`).forEach((holder) => {
    (holder.matches("td") ? holder.querySelector(".appt, .mark") : holder)?.classList.add("is-source");
  });
  const cell = mode.target && findCell(mode.target);
  if (!cell) return clearOutline();
  const lane = laneOf(cell);
  outline(lane, mode.target.start, mode.entry.minutes, describe(lane, mode.target.start, mode.entry).isBusy);
}

export async function confirmTarget() {
  const { entry, kind, target } = mode;
  if (!target || mode.isSending) return;
  if (kind === "move" && mode.home?.col === target.col && mode.home.start === target.start) return cancelMoving();
  mode.isSending = true;
  const values = { spalte: target.col, beginn: new Date(target.start).toISOString() };
  const done = await act(entry, kind === "copy" ? "kopieren/" : "verschieben/", values);
  if (!mode) return;
  mode.isSending = false;
  if (!done) return;
  finish();
  focusPlace(target);
}

export function cancelMoving() {
  const { home, ticket, entry } = mode;
  finish();
  speak(words("moveCancelled", { name: entry.label }));
  if (home) focusPlace(home);
  else if (ticket) document.querySelector(`.ticket[data-entry="${ticket}"] :is(a, button)`)?.focus();
}

function finish() {
  mode = null;
  interceptArrows(null);
  clearOutline();
  bar?.remove();
  table()?.classList.remove("is-moving");
  document.querySelectorAll(".is-source").forEach((one) => one.classList.remove("is-source"));
}

function showBar() {
  bar = fromTemplate("calendar-move-bar");
  bar.querySelector("b").textContent = words(`${mode.kind}Title`, { name: mode.entry.label });
  bar.querySelector("button").addEventListener("click", cancelMoving);
  document.body.append(bar);
}

// Before htmx opens the dialog of the cell: while moving, a click is the target.
document.addEventListener("click", (event) => {
  const cell = mode && cellOf(event.target);
  if (!cell) return;
  event.preventDefault();
  event.stopPropagation();
  aimAt(laneOf(cell), startOf(cell));
  confirmTarget();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !mode || event.defaultPrevented || document.querySelector("dialog:modal")) return;
  event.preventDefault();
  cancelMoving();
});

document.addEventListener("calendar:refreshed", () => {
  if (!mode || mode.isSending) return;
  const version = shownVersion(mode.entry.entry);
  if (version) mode.entry.version = version;
  else if (mode.home && findCell(mode.home)) {
    const { label } = mode.entry;
    finish();
    return speak(words("moveGone", { name: label }));
  }
  paint();
});
