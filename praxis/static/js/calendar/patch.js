// Puts fresh HTML into the page: rows of the grid that differ, everything else by its id. Scroll position, focus and
// whatever is open stay where they are.
import { cellOf, findCell, forgetLanes, startOf } from "./lanes.js";

const asServed = new WeakMap();

/** A row as the server wrote it; the Tab stop wanders and does not count. */
function textOf(row) {
  return row.outerHTML.replaceAll('tabindex="0"', 'tabindex="-1"');
}

/** Remembers the rows before scripts touch them. */
export function rememberRows() {
  document.querySelectorAll("#grid tr[data-t]").forEach((row) => asServed.set(row, textOf(row)));
}

export function patchParts(html, { flash }) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const restoreFocus = keepFocus();
  const restoreScroll = keepScroll(["grid", "coltabs"]);
  const signs = flash ? signsOf(document) : null;
  for (const part of [...fresh.body.children]) {
    const old = part.id && document.getElementById(part.id);
    if (!old) continue;
    if (part.id === "grid") patchGrid(old, part);
    else if (meaningOf(old) !== meaningOf(part)) {
      old.replaceWith(part);
      htmx.process(part);
    }
  }
  forgetLanes();
  if (signs) showChanges(signs);
  restoreFocus();
  restoreScroll();
}

function keepScroll(ids) {
  const kept = ids.map((id) => [id, document.getElementById(id)]).filter(([, part]) => part)
    .map(([id, { scrollTop, scrollLeft }]) => [id, { scrollTop, scrollLeft }]);
  return () => kept.forEach(([id, position]) => Object.assign(document.getElementById(id) ?? {}, position));
}

/** Tokens of forms are new in every answer and mean nothing. */
function meaningOf(part) {
  return part.outerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");
}

function patchGrid(old, fresh) {
  const [was, is] = [old.querySelector("table.grid"), fresh.querySelector("table.grid")];
  const rowsFit = was && is && shapeOf(old, was) === shapeOf(fresh, is);
  for (const { name, value } of fresh.attributes) if (name.startsWith("data-")) old.setAttribute(name, value);
  if (!fresh.dataset.today) delete old.dataset.today;
  if (!rowsFit) return exchangeGrid(old, fresh, was, is);
  if (was.tHead.innerHTML !== is.tHead.innerHTML) was.tHead.replaceWith(is.tHead);
  [...was.tBodies[0].rows].forEach((row, index) => patchRow(row, is.tBodies[0].rows[index]));
  old.querySelectorAll(".gridbody > svg").forEach((line) => line.remove());
  was.after(...fresh.querySelectorAll(".gridbody > svg"));
}

function exchangeGrid(old, fresh, was, is) {
  const shown = was?.dataset.show;
  if (shown && is?.tHead.querySelector(`.k${shown}`)) is.dataset.show = shown;
  old.replaceChildren(...fresh.childNodes);
  rememberRows();
}

/** Same days, columns and times: then rows can be exchanged one by one. */
function shapeOf(root, grid) {
  const steps = [...grid.classList].filter((name) => name.startsWith("sub-"));
  const times = [...grid.querySelectorAll("tr[data-t]")].map((row) => row.dataset.t);
  return [root.dataset.days, root.dataset.columns, grid.querySelectorAll("col").length, ...steps, ...times].join();
}

function patchRow(row, fresh) {
  const text = textOf(fresh);
  if (asServed.get(row) === text) return;
  const adopted = document.adoptNode(fresh.cloneNode(true));
  adopted.querySelectorAll('td[tabindex="0"]').forEach((cell) => cell.setAttribute("tabindex", "-1"));
  asServed.set(adopted, text);
  row.replaceWith(adopted);
}

/** What a cell says, apart from minutes that tick. */
function signsOf(root) {
  return new Map([...root.querySelectorAll("#grid td[data-start]")].map((cell) => {
    const { entry, version } = (cell.querySelector(".mark[data-entry]") ?? cell).dataset;
    return [`${cell.dataset.col} ${cell.dataset.start}`, [isTaken(cell), entry, version].join()];
  }));
}

const isTaken = (cell) => cell.classList.contains("taken");

function showChanges(before) {
  const after = signsOf(document);
  for (const cell of document.querySelectorAll("#grid td[data-start]")) {
    const key = `${cell.dataset.col} ${cell.dataset.start}`;
    cell.classList.toggle("is-live", before.get(key) !== after.get(key));
  }
}

/** Remembers where the focus is and gives a function that puts it back. */
function keepFocus() {
  const active = document.activeElement;
  const cell = cellOf(active);
  const place = cell && { col: cell.dataset.col, start: startOf(cell) };
  const ticket = active?.closest(".ticket[data-entry]");
  const index = ticket ? [...ticket.querySelectorAll("a, button")].indexOf(active) : -1;
  return () => {
    if (active?.isConnected) return;
    const again = place ? findCell(place)
      : ticket ? document.querySelectorAll(`.ticket[data-entry="${ticket.dataset.entry}"] :is(a, button)`)[index]
        : active?.id ? document.getElementById(active.id) : null;
    again?.focus({ preventScroll: true });
  };
}
