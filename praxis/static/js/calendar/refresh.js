// Brings the page up to date without loading it again: fetches the parts and changes only what differs.
// One load at a time; what is asked for meanwhile is answered by one more load.
import { grid } from "./lanes.js";
import { patchParts } from "./patch.js";

const TIMEOUT_MS = 10_000;
let running = null;
let next = null;
const holders = new Set();
let free = null;

/** Asks for a load that begins after this call. `flash`: show which cells a colleague changed. */
export function refresh({ flash = false } = {}) {
  if (running) {
    next ??= running.then(() => {
      next = null;
      return refresh({ flash });
    });
    return next;
  }
  running = load(flash).finally(() => { running = null; });
  return running;
}

/** Resolves when nothing that was asked for is under way any more. */
export const refreshed = () => next ?? running ?? Promise.resolve();

/** Until `release` with the same holder the page must not change: something is dragged, or waits for its answer. */
export function hold(holder) {
  holders.add(holder);
  free ??= Promise.withResolvers();
}

export function release(holder) {
  holders.delete(holder);
  if (holders.size || !free) return;
  free.resolve();
  free = null;
}

async function load(flash) {
  const url = grid()?.dataset.partsUrl;
  if (!url) return false;
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok || new URL(response.url).pathname === document.body.dataset.loginUrl) return false;
    const html = await response.text();
    while (free) await free.promise;
    // Somebody turned the page while this was on its way: it belongs to another day.
    if (grid()?.dataset.partsUrl !== url) return load(flash);
    patchParts(html, { flash });
    const serverNow = Date.parse(response.headers.get("Date"));
    document.dispatchEvent(new CustomEvent("calendar:refreshed", { detail: { serverNow } }));
    return true;
  } catch (error) {
    if (error instanceof TypeError || error.name === "TimeoutError") return false;
    throw error;
  }
}

document.addEventListener("praxis:changed", () => refresh());

// A link or form that is exchanged while its answer is on the way would lose the answer.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt.closest("#grid, #trays, #month, #lastaction")) hold(detail.xhr);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => release(detail.xhr));
