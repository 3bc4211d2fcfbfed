// A part of a page that follows live changes: [data-live-url] is the stream, [data-part-url] answers the part anew.
const PAUSE_MS = 400;
const POLL_MS = 30_000;
const LOGIN = document.body.dataset.loginUrl;

const part = () => document.querySelector("[data-live-url][data-part-url]");
let source = null;
let waiting = 0;

function connect() {
  source?.close();
  source = part() && new EventSource(part().dataset.liveUrl);
  for (const name of ["message", "resync"]) source?.addEventListener(name, soon);
}

/** Several changes at once are one load; while a request is on its way its answer is the load. */
function soon() {
  waiting ||= setTimeout(load, PAUSE_MS);
}

async function load() {
  waiting = 0;
  const old = part();
  if (!old) return;
  if (old.classList.contains("htmx-request") || old.querySelector(".htmx-request")) return soon();
  // An open question is about what is shown.
  if (document.querySelector("dialog:modal")) return soon();
  const response = await fetch(old.dataset.partUrl, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok || new URL(response.url).pathname === LOGIN || !old.isConnected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body.firstElementChild;
  if (!fresh || meaningOf(old) === meaningOf(fresh)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(fresh);
  htmx.process(fresh);
  if (focused) focusAgain(focused);
}

/** Tokens of forms and the place in the stream are new in every answer and mean nothing. */
function meaningOf(element) {
  return element.outerHTML.replace(/(name="csrfmiddlewaretoken" value=|data-live-url=)"[^"]*"/g, "");
}

/** Where the focus was, or at the head of the list when that is done and gone. */
function focusAgain(id) {
  (document.getElementById(id) ?? part()?.querySelector("[data-focus-back]"))?.focus({ preventScroll: true });
}

let pressed = "";
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  pressed = part()?.contains(detail.elt) ? (detail.elt.querySelector("button")?.id ?? "") : "";
});
document.addEventListener("htmx:afterSettle", () => {
  if (pressed) focusAgain(pressed);
  pressed = "";
});
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", ({ persisted }) => { if (persisted) connect(); });
setInterval(() => { if (source?.readyState !== EventSource.OPEN) soon(); }, POLL_MS);
connect();
