// A colleague's change appears at once: the stream says where something changed, the page fetches it with its own
// rights. Without the stream the page asks every 15 seconds and says so.
import { isBusy } from "./actions.js";
import { grid } from "./lanes.js";
import { refresh } from "./refresh.js";

const POLL_MS = 15_000;
const AGAIN_MS = 5_000;
// The server ends a stream now and then; the browser is back within two seconds, which nobody needs to read.
const PATIENCE_MS = 4_000;
// What happens on days nobody looks at changes the small month and the clipboard only.
const ELSEWHERE_MS = 3_000;

let source = null;
let poll = 0;
let patience = 0;
let again = 0;
let elsewhere = 0;

function connect() {
  clearTimeout(again);
  source?.close();
  if (!grid()) return;
  source = new EventSource(grid().dataset.liveUrl);
  source.addEventListener("open", connected);
  source.addEventListener("message", onChange);
  source.addEventListener("resync", () => { connected(); refresh({ flash: true }); });
  source.addEventListener("lost", startPolling);
  source.addEventListener("error", onError);
}

function connected() {
  clearTimeout(patience);
  patience = 0;
  if (poll) {
    clearInterval(poll);
    poll = 0;
    refresh({ flash: true });
  }
  show("on");
}

function onError() {
  patience ||= setTimeout(startPolling, PATIENCE_MS);
  if (source.readyState !== EventSource.CLOSED) return;
  clearTimeout(again);
  again = setTimeout(connect, AGAIN_MS);
}

function startPolling() {
  if (poll) return;
  show("poll");
  poll = setInterval(async () => show(await refresh({ flash: true }) === false ? "off" : "poll"), POLL_MS);
}

function onChange(event) {
  const change = JSON.parse(event.data);
  const { columns, days } = grid()?.dataset ?? {};
  if (!columns && !days) return;
  // No day named: columns or their hours changed, also of columns that this page does not show yet.
  const here = !change.days.length || (change.columns.some((id) => columns.split(" ").includes(String(id)))
    && change.days.some((day) => days.split(" ").includes(day)));
  // What this page has just asked for needs no flash.
  if (here) return void refresh({ flash: !isBusy() });
  elsewhere ||= setTimeout(() => { elsewhere = 0; refresh(); }, ELSEWHERE_MS);
}

function show(state) {
  const place = document.getElementById("connection");
  if (!place || place.dataset.state === state) return;
  place.dataset.state = state;
  place.querySelector(".words").textContent = place.dataset[state];
  place.classList.toggle("is-on", state === "on");
  place.classList.toggle("is-off", state !== "on");
}

window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  connect();
  refresh();
});
window.addEventListener("online", connect);
connect();
