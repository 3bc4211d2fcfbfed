// The grid as scripts see it: lanes (one column of one day) of cells, in the order of the screen.

export const MINUTE = 60_000;

export const grid = () => document.getElementById("grid");
export const table = () => document.querySelector("#grid table.grid");
export const cellOf = (element) => element?.closest?.("#grid td[data-start]") ?? null;
export const startOf = (cell) => Date.parse(cell.dataset.start);
export const endOf = (cell) => startOf(cell) + Number(cell.dataset.minutes) * MINUTE;
export const positionOf = (cell) => Number(/\bk(\d+)\b/.exec(cell.className)?.[1]);
export const isFree = (cell) => cell.classList.contains("free");

let known = null;

/** Called when cells were replaced. */
export function forgetLanes() {
  known = null;
}

export function lanes() {
  known ??= readLanes();
  return known;
}

function readLanes() {
  const found = new Map();
  for (const cell of document.querySelectorAll("#grid td[data-start]")) {
    const position = positionOf(cell);
    const { col, day } = cell.dataset;
    if (!found.has(position)) found.set(position, { position, col, day, cells: [] });
    found.get(position).cells.push(cell);
  }
  const several = new Set([...found.values()].map((lane) => lane.day)).size > 1;
  for (const lane of found.values()) lane.name = nameOf(lane, several);
  return [...found.values()].sort((a, b) => a.position - b.position);
}

function nameOf(lane, saysDay) {
  const column = table().querySelector(`thead th[scope=col].k${lane.position} .t > span`)?.textContent.trim() ?? "";
  const day = table().querySelector(`thead th[scope=colgroup].k${lane.position}`)?.textContent.trim();
  return saysDay && day ? `${column}, ${day}` : column;
}

export const laneOf = (cell) => lanes().find((lane) => lane.position === positionOf(cell));
export const isShown = (lane) => lane.cells[0].checkVisibility();

/** The cell of the lane in which the instant lies, else the nearest. */
export function cellAt(lane, instant) {
  return lane.cells.find((cell) => endOf(cell) > instant) ?? lane.cells.at(-1);
}

export function findCell({ col, start }) {
  const holds = ({ cells }) => startOf(cells[0]) <= start && endOf(cells.at(-1)) > start;
  const lane = lanes().find((one) => one.col === col && holds(one));
  return lane && cellAt(lane, start);
}

/** Length of one slot of the lane in minutes. */
export function slotOf(lane) {
  const free = lane.cells.filter((cell) => cell.classList.contains("free"));
  return Math.min(15, ...free.map((cell) => Number(cell.dataset.minutes)));
}

/** Wall-clock time "11:15" of an instant in the lane; the rows carry it, so no time zone is needed here. */
export function timeOf(lane, instant) {
  const cell = cellAt(lane, instant);
  const [hours, minutes] = cell.parentElement.dataset.t.split(":").map(Number);
  const total = hours * 60 + minutes + Math.round((instant - startOf(cell)) / MINUTE);
  return [Math.floor(total / 60) % 24, total % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Where an entry may begin: every cell, and inside its own stretch every slot. */
export function spotsOf(lane, entry) {
  const step = slotOf(lane) * MINUTE;
  return lane.cells.flatMap((cell) => {
    if (!entry || cell.dataset.entry !== entry) return [startOf(cell)];
    const starts = [];
    for (let at = startOf(cell); at < endOf(cell); at += step) starts.push(at);
    return starts;
  });
}
