// The mailbox of a call over plain HTTP. What is to be sent waits in an outbox until the server has it; what has come is
// asked for again and again, and that question is also the sign that this side is there. A silent server never touches media.

const HURRY_MS = 250;
const RETRY_MS = 700;
const TIMEOUT_MS = 8_000;
const SILENT_AFTER = 3;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * onState(state): every answer of the server in turn; {state: "gone"} when this page may no longer ask.
 * onSilence(isSilent): the server stopped answering, or answers again.
 */
export function openMailbox({ base, onState, onSilence = () => {} }) {
  const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
  const tab = tabName(`video tab ${base}`);
  const outbox = [];
  const box = { epoch: 0, send, enter, exit, post, poke, hurry, stop, start: poll };
  let since = 0;
  let usualMs = 2_000;
  let hurries = false;
  let isSending = false;
  let isStopped = false;
  let failures = 0;
  let timer = 0;
  let asking = 0;

  /** Status and content; status 0 when nothing came back. */
  async function ask(path, options = {}) {
    const headers = { Accept: "application/json", "X-CSRFToken": csrf, ...options.headers };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(base + path, { ...options, headers, signal, cache: "no-store", redirect: "manual" });
      const isJson = response.headers.get("content-type")?.includes("json");
      // An answer that leads elsewhere (status 0 here) is the sign-in page: this session ended.
      return { status: response.type === "opaqueredirect" ? 401 : response.status, content: isJson ? await response.json() : null };
    } catch {
      return { status: 0, content: null };
    }
  }

  function post(path, body = {}) {
    return ask(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  }

  /** In order, each until it arrived; a letter of an epoch that is over is dropped. */
  function send(to, kind, payload = null) {
    outbox.push({ epoch: box.epoch, to, kind, payload, tab, id: crypto.randomUUID() });
    drain();
  }

  async function drain() {
    if (isSending) return;
    isSending = true;
    while (outbox.length && !isStopped) {
      const letter = outbox[0];
      const { status } = letter.epoch === box.epoch ? await post("signal", letter) : { status: 409 };
      if (isPassing(status)) await pause(RETRY_MS);
      else outbox.shift();
    }
    isSending = false;
  }

  /** Begins the next epoch of the call. Null when this member may not enter. */
  async function enter() {
    for (;;) {
      const { status, content } = await post("betreten", { tab });
      if (status === 200) return content;
      if (isStopped || !isPassing(status)) return null;
      await pause(RETRY_MS);
    }
  }

  function exit() {
    return post("verlassen", { tab });
  }

  async function poll() {
    clearTimeout(timer);
    const mine = ++asking;
    const { status, content } = await ask(`stand?seit=${since}&epoche=${box.epoch}&tab=${tab}`);
    // A newer question is on its way, its answer counts.
    if (isStopped || mine !== asking) return;
    if (status === 200 && content) take(content);
    else if (isPassing(status)) silence();
    else return leave();
    if (!isStopped) timer = setTimeout(poll, hurries ? Math.min(HURRY_MS, usualMs) : usualMs);
  }

  function take(state) {
    if (failures >= SILENT_AFTER) onSilence(false);
    failures = 0;
    usualMs = state.poll ?? usualMs;
    for (const { seq } of state.messages ?? []) since = Math.max(since, seq);
    onState(state);
  }

  function silence() {
    if (++failures === SILENT_AFTER) onSilence(true);
  }

  function leave() {
    stop();
    onState({ state: "gone", peers: [], messages: [] });
  }

  function hurry(wanted) {
    if (wanted && !hurries) timer = restart();
    hurries = wanted;
  }

  function restart() {
    clearTimeout(timer);
    return setTimeout(poll, 50);
  }

  /** Ask now: the page is seen again, the net is back. */
  function poke() {
    if (!isStopped) timer = restart();
  }

  function stop() {
    isStopped = true;
    clearTimeout(timer);
    outbox.length = 0;
  }

  window.addEventListener("online", poke);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poke(); });
  return box;
}

/** The same after a reload. Only between two loads it lies in the store: a duplicated tab is another one. */
function tabName(key) {
  const name = sessionStorage.getItem(key) ?? crypto.randomUUID();
  sessionStorage.removeItem(key);
  window.addEventListener("pagehide", () => sessionStorage.setItem(key, name));
  window.addEventListener("pageshow", () => sessionStorage.removeItem(key));
  return name;
}

/** Worth another try: no answer, too many at once, a server that is just starting. */
function isPassing(status) {
  return status === 0 || status === 429 || status >= 500;
}
