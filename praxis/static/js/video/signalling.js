// The mailbox of a call over plain HTTP. What is to be sent waits in an outbox until the server has it; what has come is
// asked for again and again, and that question is also the sign that this side is there. A stream of the server says when
// asking is worth it at once; without it one asks more often. A silent server never touches media.

import { openWakes } from "./wakes.js";

const HURRY_MS = 250;
const WOKEN_HURRY_MS = 1_000;
const WOKEN_MS = 4_000;
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
  const box = { epoch: 0, send, enter, admit, exit, post, poke, hurry, stop, start };
  let since = 0;
  let usualMs = 2_000;
  let hurries = false;
  let isSending = false;
  let isHeld = false;
  let isStopped = false;
  let failures = 0;
  let timer = 0;
  let asking = null;
  let asksAgain = false;
  let me = 0;
  let wakes = null;
  // Entries of this page: on their way, and done.
  let entering = 0;
  let entries = 0;

  function start() {
    wakes = openWakes(`${base}strom`, (recipient) => { if (!recipient || recipient === me) poke(); });
    poll();
  }

  /** Status and content; status 0 when nothing came back. */
  async function ask(path, options = {}, aborting = new AbortController()) {
    const headers = { Accept: "application/json", "X-CSRFToken": csrf, ...options.headers };
    const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), aborting.signal]);
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

  const letter = (to, kind, payload) => ({ epoch: box.epoch, to, kind, payload, tab, id: crypto.randomUUID() });

  /** In order, each until it arrived; a letter of an epoch that is over is dropped. */
  function send(to, kind, payload = null) {
    outbox.push(letter(to, kind, payload));
    drain();
  }

  async function drain() {
    if (isSending || isHeld) return;
    isSending = true;
    while (outbox.length && !isStopped && !isHeld) {
      const first = outbox[0];
      const { status } = first.epoch === box.epoch ? await post("signal", first) : { status: 409 };
      if (isPassing(status)) await pause(RETRY_MS);
      else outbox.shift();
    }
    isSending = false;
  }

  /**
   * Into the call. `joining`: fills the outbox for the epoch of the page while nothing is sent; its letters then go along,
   * and the server lets this member join that epoch. Otherwise the next epoch begins. Null when this member may not enter.
   */
  async function enter(joining = null) {
    isHeld = Boolean(joining);
    await joining?.();
    const letters = joining ? outbox.splice(0) : [];
    const content = await insist("betreten", { tab, epoch: joining ? box.epoch : 0, letters });
    isHeld = false;
    drain();
    return content;
  }

  /** Lets somebody in, coming in as well; the offer goes along. The answer is that of `enter`. */
  function admit(id, offer) {
    return insist(`einlassen/${id}`, { tab, letters: offer ? [letter(id, "description", offer)] : [] });
  }

  async function insist(path, body) {
    entering += 1;
    for (;;) {
      const { status, content } = await post(path, body);
      if (status !== 200 && !isStopped && isPassing(status)) {
        await pause(RETRY_MS);
        continue;
      }
      entering -= 1;
      entries += 1;
      return status === 200 ? content : null;
    }
  }

  function exit() {
    return post("verlassen", { tab });
  }

  /**
   * One question at a time; who wants to know meanwhile is answered by the next one. What was answered while this page
   * entered may be from before: it would undo the entry, and is asked again.
   */
  async function poll() {
    clearTimeout(timer);
    if (asking) { asksAgain = true; return; }
    asking = new AbortController();
    asksAgain = false;
    const entriesBefore = entries;
    const { status, content } = await ask(`stand?seit=${since}&epoche=${box.epoch}&tab=${tab}`, {}, asking);
    asking = null;
    if (isStopped) return;
    if (status === 200 && entries !== entriesBefore) asksAgain = true;
    else if (status === 200 && entering) hear();
    else if (status === 200 && content) take(content);
    else if (isPassing(status)) silence();
    else return leave();
    if (!isStopped) timer = setTimeout(poll, asksAgain && status ? 0 : wait());
  }

  function wait() {
    if (wakes?.isOpen()) return hurries ? WOKEN_HURRY_MS : Math.max(usualMs, WOKEN_MS);
    return hurries ? Math.min(HURRY_MS, usualMs) : usualMs;
  }

  function hear() {
    if (failures >= SILENT_AFTER) onSilence(false);
    failures = 0;
  }

  function take(state) {
    hear();
    usualMs = state.poll ?? usualMs;
    me = state.me ?? me;
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
    if (wanted && !hurries && !wakes?.isOpen()) poke();
    hurries = wanted;
  }

  /** Ask now: the server says so, or the page is seen again. */
  function poke() {
    if (!isStopped) poll();
  }

  /** The net is back: what is still on its way may never come. */
  function pokeAnew() {
    asking?.abort();
    poke();
  }

  function stop() {
    isStopped = true;
    clearTimeout(timer);
    wakes?.close();
    outbox.length = 0;
  }

  window.addEventListener("online", pokeAnew);
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
