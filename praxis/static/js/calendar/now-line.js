// The line of this minute wanders, and what is over turns grey, without asking the server.
import { MINUTE, endOf, grid, lanes, startOf, table } from "./lanes.js";
import { refresh } from "./refresh.js";

// The clock of the server counts: a reception PC may be minutes off.
let skew = 0;
const now = () => Date.now() + skew;

document.addEventListener("calendar:refreshed", ({ detail: { serverNow } }) => {
  if (serverNow && Math.abs(serverNow - Date.now()) > 2000) skew = serverNow - Date.now();
  draw();
});

function draw() {
  const { today } = grid()?.dataset ?? {};
  const lane = today && lanes().find((one) => one.day === today);
  if (!lane) return;
  const from = startOf(lane.cells[0]);
  const until = endOf(lane.cells.at(-1));
  const share = `${(((now() - from) / (until - from)) * 100).toFixed(3)}%`;
  if (now() < from || now() >= until) return hide();
  grid().querySelectorAll(".nowline line").forEach((line) => {
    line.setAttribute("y1", share);
    line.setAttribute("y2", share);
  });
  grid().querySelector(".nowtime svg")?.setAttribute("y", share);
  const words = grid().querySelector(".nowtime text");
  if (words) words.textContent = clock(lane, from);
  markRows(from);
  markPast(lane.day);
}

function hide() {
  grid().querySelectorAll(".nowline, .nowtime, .nowmark").forEach((one) => one.remove());
}

const ofDay = (text) => text.split(":").reduce((hours, minutes) => hours * 60 + Number(minutes), 0);

/** "10:42", counted from the first row. */
function clock(lane, from) {
  const minutes = ofDay(lane.cells[0].parentElement.dataset.t) + Math.floor((now() - from) / MINUTE);
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Phones fold rows away: there the line hangs on the time it belongs to. */
function markRows(from) {
  const mark = grid().querySelector(".nowmark");
  const labels = [...table().querySelectorAll("tbody th[scope=row]")];
  if (!mark || !labels.length) return;
  const first = ofDay(labels[0].parentElement.dataset.t);
  const minute = first + (now() - from) / MINUTE;
  const begin = (label) => ofDay(label.parentElement.dataset.t);
  const index = labels.findLastIndex((label) => begin(label) <= minute);
  const next = labels[index + 1];
  const share = (minute - begin(labels[index])) / (next ? begin(next) - begin(labels[index]) : 15);
  if (mark.parentElement !== labels[index]) labels[index].append(mark);
  const line = mark.querySelector("line");
  line.setAttribute("y1", `${(share * 100).toFixed(1)}%`);
  line.setAttribute("y2", `${(share * 100).toFixed(1)}%`);
  mark.querySelector("svg")?.setAttribute("y", `${(share * 100).toFixed(1)}%`);
  const words = mark.querySelector("text");
  if (words) words.textContent = document.querySelector(".nowtime text")?.textContent ?? words.textContent;
}

/** One day: whole rows are over. Several days: the cells of today. */
function markPast(day) {
  const isOneDay = grid().dataset.days.split(" ").length === 1;
  for (const cell of table().querySelectorAll(`td[data-day="${day}"]`)) {
    if (endOf(cell) > now()) continue;
    if (isOneDay && Number(cell.rowSpan) === 1) cell.parentElement.classList.add("past");
    else if (!isOneDay) cell.classList.add("past");
  }
}

function tick() {
  draw();
  // "6 Min." on who waits, how long something is on its way, and the counts of free slots.
  if (document.querySelector("#grid .appt.here, .sending, #notices .is-alarm")) refresh();
  setTimeout(tick, MINUTE - (now() % MINUTE) + 50);
}

setTimeout(tick, MINUTE - (Date.now() % MINUTE) + 50);
