// Asks the server to do something, one after the other, and lets its answer speak: HX-Trigger as htmx knows it.
import { texts, toast } from "../status.js";
import { cellOf, grid } from "./lanes.js";
import { refreshed } from "./refresh.js";

const TIMEOUT_MS = 20_000;
let queue = Promise.resolve();
let waiting = 0;

/** Something is under way or in the queue. */
export const isBusy = () => waiting > 0;

/** What stands in the cell, on its note or on the ticket: id, version, length and name of an entry. */
export function entryOf(element) {
  const holder = element?.closest?.("[data-entry]") ?? cellOf(element)?.querySelector(".mark[data-entry]");
  if (!holder) return null;
  const { entry, version, minutes, label, kind = "appointment", placement = "grid" } = holder.dataset;
  return { entry, version, minutes: Number(minutes), label, kind, placement, isOnPage: !holder.closest("dialog") };
}

/**
 * Does one step with an entry: act(entry, "parken/"). Resolves to true when it is done and shown, false when refused.
 * What the page shows counts: its version is read when the turn comes, so quick keys do not trip over each other.
 */
export function act(entry, step, values = {}) {
  return inTurn(() => {
    const version = entry.isOnPage ? shownVersion(entry.entry) ?? entry.version : entry.version;
    return send(grid().dataset.urlEntry.replace("/0/", `/${entry.entry}/`) + step, { version, ...values });
  });
}

export function undo() {
  return inTurn(() => send(grid().dataset.urlUndo, {}));
}

/** An answer to a question of the server: a POST without fields. */
export function answer(url) {
  return inTurn(() => send(url, {}));
}

function inTurn(task) {
  waiting += 1;
  const turn = queue.then(task).finally(() => { waiting -= 1; });
  queue = turn.catch(() => {});
  return turn;
}

export function shownVersion(id) {
  return document.querySelector(`#grid [data-entry="${id}"], .ticket[data-entry="${id}"]`)?.dataset.version;
}

async function send(url, values) {
  const response = await post(url, values);
  if (!response) return false;
  for (const [name, detail] of Object.entries(JSON.parse(response.headers.get("HX-Trigger") ?? "{}"))) {
    document.body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
  if (response.ok) await refreshed();
  return response.ok;
}

async function post(url, values) {
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  const headers = { "X-CSRFToken": token, "HX-Request": "true", "HX-Current-URL": location.href };
  try {
    const body = new URLSearchParams(values);
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (isUnderstood(response)) return response;
  } catch {
    toast(texts.offline, { kind: "error" });
  }
  return null;
}

function isUnderstood(response) {
  const { loginUrl } = document.body.dataset;
  if (loginUrl && new URL(response.url).pathname === loginUrl) {
    toast(texts.signedOut, { kind: "error", actions: [{ label: texts.signIn, href: loginUrl }] });
    return false;
  }
  if (response.ok || response.status === 409 || response.status === 422) return true;
  toast(response.status === 404 || response.status === 410 ? texts.gone : texts.failed, { kind: "error" });
  document.body.dispatchEvent(new CustomEvent("praxis:changed", { bubbles: true, detail: {} }));
  return false;
}
