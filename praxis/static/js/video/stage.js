// What both pages of a call share: the words, the own picture, the tiles, the controls and the status line.

import { openCall } from "./call.js";
import { openChat } from "./chat.js";
import { bindControls } from "./controls.js";
import { openDevices } from "./devices.js";
import { openMailbox } from "./signalling.js";
import { openTiles } from "./tiles.js";
import { keepAwake } from "./wake-lock.js";

/**
 * root: [data-video] with data-base and data-side. onState, onDevices: what the page does besides.
 * Its parts marked data-when are shown while the page is in that phase.
 */
export function openStage({ root, onState, onDevices = () => {}, onHungUp }) {
  const words = Object.assign({}, ...[...document.querySelectorAll("[data-video-words]")].map((part) => ({ ...part.dataset })));
  const status = document.querySelector("[data-call-status]");
  const isPractice = root.dataset.side === "practice";
  let began = 0;
  let phase = "";

  const devices = openDevices({ onChange: () => showDevices() });
  const tiles = openTiles({ root, words });
  const chat = openChat({ root, facts: () => devices.shows(), hear: (person, facts) => tiles.hear(person, facts) });
  const mailbox = openMailbox({
    base: root.dataset.base,
    onState: (state) => { call.follow(state); onState(state); },
    onSilence: (isSilent) => tell(isSilent ? "silent" : "back"),
  });
  const call = openCall({ mailbox, devices, tiles, chat, isPractice, onTell: hearOf });
  const showControls = bindControls({ root, devices, chat, hangUp });

  function showDevices() {
    showControls();
    for (const video of root.querySelectorAll("video[data-self]")) {
      const stream = devices.isSharing() ? new MediaStream([devices.track("video")]) : devices.stream;
      if (devices.isSharing() || video.srcObject !== stream) video.srcObject = stream;
      video.classList.toggle("is-mirrored", !devices.isSharing());
      video.closest("[data-self-frame]").classList.toggle("is-dark", !devices.shows().video);
    }
    call.showTracks();
    onDevices();
  }

  function hearOf(key, name) {
    if (key === "connected") began ||= Date.now();
    tell(key, name);
  }

  function tell(key, name = "") {
    const text = (words[`tell${key[0].toUpperCase()}${key.slice(1)}`] ?? "").replace("{name}", name);
    if (text && status.textContent !== text) status.textContent = text;
    status.dataset.tone = { connected: "ok", back: "ok", connecting: "wait" }[key] ?? "warn";
  }

  function show(next) {
    if (next === phase) return;
    phase = next;
    document.documentElement.dataset.phase = next;
    for (const part of root.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(next);
    if (next === "call") showControls();
    [...root.querySelectorAll("[data-focus]")].find((head) => head.checkVisibility())?.focus({ preventScroll: true });
  }

  /** found: what the mailbox told when the door opened. */
  const join = (found) => comeIn(() => call.join(found));
  /** Lets this person in. */
  const welcome = (person) => comeIn(() => call.welcome(person));

  async function comeIn(enter) {
    show("call");
    keepAwake(true);
    tell("connecting");
    const isIn = await enter();
    if (!isIn) mailbox.poke();
    return isIn;
  }

  async function hangUp() {
    call.sayBye();
    await mailbox.exit();
    stop();
    onHungUp();
  }

  /** Out of the call, still on the page. */
  function stop() {
    call.leave();
    began = 0;
  }

  /** For good: camera and microphone are given back. */
  function close() {
    stop();
    mailbox.stop();
    devices.release();
    keepAwake(false);
  }

  setInterval(() => {
    const seconds = began ? Math.floor((Date.now() - began) / 1000) : 0;
    const shown = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    for (const clock of root.querySelectorAll("[data-clock]")) clock.textContent = began ? shown : "";
  }, 1_000);

  return { words, devices, mailbox, call, show, join, welcome, stop, close, tell, phase: () => phase, start: () => { mailbox.start(); return devices.start(); } };
}
