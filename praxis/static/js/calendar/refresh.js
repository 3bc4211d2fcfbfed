// Brings the page up to date without loading it again: fetches the parts and changes only what differs.
// One load at a time; what is asked for meanwhile is answered by one more load.
import { grid } from "./lanes.js";
import { patchParts } from "./patch.js";

const TIMEOUT_MS = 10_000;
let running = null;
let next = null;
let held = null;

/** Asks for a load that begins after this call. `flash`: show which cells a colleague changed. */
export function refresh({ flash = false } = {}) {
  if (held) {
    held.flash ||= flash;
    held.promise ??= new Promise((resolve) => { held.resolve = resolve; });
    return held.promise;
  }
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

/** While something is dragged the page must not change under the pointer. */
export function holdRefresh() {
  held ??= {};
}

export function releaseRefresh() {
  const { promise, resolve, flash } = held ?? {};
  held = null;
  if (promise) refresh({ flash }).then(resolve);
}

async function load(flash) {
  const url = grid()?.dataset.partsUrl;
  if (!url) return false;
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok || new URL(response.url).pathname === document.body.dataset.loginUrl) return false;
    const html = await response.text();
    // Somebody turned the page while this was on its way: it belongs to another day.
    if (grid()?.dataset.partsUrl !== url) return refresh({ flash });
    patchParts(html, { flash });
    const date = Date.parse(response.headers.get("Date"));
    document.dispatchEvent(new CustomEvent("calendar:refreshed", { detail: { serverNow: date } }));
    return true;
  } catch {
    return false;
  }
}

document.addEventListener("praxis:changed", () => refresh());
