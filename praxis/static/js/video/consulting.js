// The doctor's page: who waits, let them in, talk. Hanging up ends nothing; finishing the consultation is an act of its own.

import { ring } from "./level.js";
import { openStage } from "./stage.js";

const OVER = ["finished", "cancelled", "missed", "gone"];

const root = document.querySelector("[data-video]");
const queue = root.querySelector("[data-waiting]");
const template = document.getElementById("waiting-template");
const mayTalk = root.dataset.mayTalk === "yes";
// Survives a reload of this tab and knows no person.
const WAS_IN = `video ${root.dataset.base}`;
const title = document.title;
const known = new Map();
const persons = new Map();
let hasBegun = false;

const stage = openStage({ root, onState: follow, onHungUp: () => { sessionStorage.removeItem(WAS_IN); stage.show("left"); } });

function follow({ state, peers, turn }) {
  if (state === "elsewhere") {
    stage.stop();
    return stage.show("elsewhere");
  }
  if (OVER.includes(state)) return end(state);
  const others = (peers ?? []).filter((person) => person.side !== "practice");
  const waiting = others.filter((person) => person.waiting && !person.admitted);
  if (mayTalk && waiting.length) stage.call.prepare(turn);
  showWaiting(waiting);
  showConsent(others);
  showDoor(others.some((person) => person.admitted));
  const isFirst = !hasBegun;
  hasBegun = true;
  if (isFirst && mayTalk && sessionStorage.getItem(WAS_IN)) return enter();
  return undefined;
}

function end(state) {
  sessionStorage.removeItem(WAS_IN);
  stage.close();
  stage.show(state === "gone" ? "gone" : "over");
}

/** Somebody was let in and this side is not in the call: the way in is one button. */
function showDoor(isSomebodyIn) {
  for (const part of root.querySelectorAll("[data-door]")) part.hidden = (part.dataset.door === "in") !== isSomebodyIn;
}

function showWaiting(waiting) {
  root.querySelector("[data-waiting-count]").textContent = String(waiting.length);
  root.querySelector("[data-nobody]").hidden = waiting.length > 0;
  document.title = waiting.length ? `(${waiting.length}) ${title}` : title;
  for (const person of waiting) row(person);
  for (const [id, element] of known) {
    if (waiting.some((person) => person.id === id)) continue;
    element.remove();
    known.delete(id);
  }
}

function row(person) {
  if (!known.has(person.id)) {
    known.set(person.id, build(person));
    // During a call newcomers stay silent.
    if (!stage.call.isJoined()) ring();
  }
  persons.set(person.id, person);
  const element = known.get(person.id);
  const minutes = person.since ? Math.max(0, Math.floor((Date.now() - Date.parse(person.since)) / 60_000)) : 0;
  element.querySelector("[data-since]").textContent = stage.words.waits.replace("{minutes}", minutes);
  const seconds = person.seen ? Math.round((Date.now() - Date.parse(person.seen)) / 1000) : 0;
  element.querySelector("[data-seen]").textContent = person.present ? "" : stage.words.seen.replace("{seconds}", seconds);
  element.querySelector("[data-devices]").textContent = deviceWords(person.devices);
  element.querySelector("[data-no-consent]").hidden = Boolean(person.consent_at);
}

function build(person) {
  const element = template.content.firstElementChild.cloneNode(true);
  element.querySelector("[data-name]").textContent = person.name;
  element.querySelector("[data-admit]")?.addEventListener("click", () => admit(persons.get(person.id) ?? person));
  element.querySelector("[data-deny]")?.addEventListener("click", () => stage.mailbox.post(`ablehnen/${person.id}`).then(stage.mailbox.poke));
  queue.append(element);
  return element;
}

function deviceWords(devices) {
  if (!devices) return stage.words.notChecked;
  const isFine = devices.camera === "ok" && devices.microphone === "ok";
  if (isFine) return stage.words.checked;
  return stage.words[devices.microphone === "ok" ? "noCamera" : "noMicrophone"];
}

function showConsent(others) {
  const given = others.find((person) => person.consent_at);
  const chip = root.querySelector("[data-consent-at]");
  chip.hidden = !given;
  const lacking = others.find((person) => person.admitted && person.present && !person.left && !person.consent_at);
  if (lacking && stage.call.isJoined()) stage.tell("noConsent", lacking.name);
  if (!given) return;
  const at = new Date(given.consent_at).toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
  chip.querySelector("span").textContent = stage.words.consented.replace("{at}", at);
}

async function admit(person) {
  const wasIn = stage.call.isJoined();
  sessionStorage.setItem(WAS_IN, "1");
  if (await stage.welcome(person)) return;
  if (!wasIn) sessionStorage.removeItem(WAS_IN);
  stage.show(wasIn ? "call" : "lobby");
  stage.tell("tryAgain");
}

function enter() {
  sessionStorage.setItem(WAS_IN, "1");
  return stage.join();
}

for (const button of root.querySelectorAll("[data-join]")) button.addEventListener("click", enter);

stage.show("lobby");
if (mayTalk) stage.start();
else stage.mailbox.start();
