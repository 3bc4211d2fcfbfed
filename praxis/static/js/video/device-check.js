// The rows of the device check: camera, microphone with its level, sound, connection. Nothing here keeps anybody from joining.

import { checkConnection } from "./connection-check.js";
import { showGuide } from "./guide.js";
import { ring, showLevel } from "./level.js";

const WORDS = { ok: "ok", failed: "danger", denied: "danger", none: "warn", busy: "danger", checking: "wait", unknown: "wait" };

/** root holds .checks with a row per [data-check], and [data-guide]. */
export function openDeviceCheck({ root, devices, mailbox }) {
  const rows = Object.fromEntries([...root.querySelectorAll("[data-check]")].map((row) => [row.dataset.check, row]));
  const meter = root.querySelector(".meter");
  const guide = root.querySelector("[data-guide]");
  const sent = {};
  let heardTrack = null;
  let stopLevel = () => {};

  rows.sound.querySelector("button").addEventListener("click", () => { ring(); tell("sound", "ok"); });
  rows.video.querySelector("select").addEventListener("change", (event) => devices.choose("video", event.target.value));
  rows.audio.querySelector("select").addEventListener("change", (event) => devices.choose("audio", event.target.value));
  for (const button of root.querySelectorAll("[data-retry]")) button.addEventListener("click", () => devices.start());

  /** Each row has its sentences ready; one of them is shown. */
  function tell(name, state) {
    const row = rows[name];
    row.dataset.state = WORDS[state];
    for (const part of row.querySelectorAll("[data-when-state]")) {
      part.hidden = !part.dataset.whenState.split(" ").includes(state);
    }
  }

  async function show() {
    tell("video", devices.facts.video);
    tell("audio", devices.facts.audio);
    showGuide(guide, devices.facts);
    listen();
    report({ camera: devices.facts.video, microphone: devices.facts.audio });
    for (const kind of ["video", "audio"]) offerChoice(kind, await devices.list(kind));
  }

  function listen() {
    const track = devices.track("audio");
    meter.classList.toggle("is-off", !track);
    if (track === heardTrack) return;
    stopLevel();
    heardTrack = track;
    stopLevel = track ? showLevel(meter, new MediaStream([track])) : () => {};
  }

  /** A list only where there is something to choose. */
  function offerChoice(kind, found) {
    const select = rows[kind].querySelector("select");
    select.hidden = found.length < 2;
    const current = devices.track(kind)?.getSettings().deviceId;
    select.replaceChildren(...found.map((device) => new Option(device.label, device.deviceId, false, device.deviceId === current)));
  }

  /** Facts only, and only what is new: the practice sees whether somebody needs help. */
  function report(facts) {
    const fresh = Object.entries(facts).filter(([name, value]) => value !== "checking" && sent[name] !== value);
    if (!fresh.length) return;
    Object.assign(sent, Object.fromEntries(fresh));
    mailbox.post("geraete", sent);
  }

  async function tryConnection() {
    tell("line", "checking");
    const { relay, ms } = await checkConnection(mailbox);
    tell("line", relay === "none" ? "ok" : relay);
    rows.line.querySelector("[data-ms]").textContent = ms ? `${ms} ms` : "";
    if (relay !== "unknown") report({ turn: relay });
  }

  rows.line.querySelector("button").addEventListener("click", tryConnection);
  return { show, tryConnection, stop: () => stopLevel() };
}
