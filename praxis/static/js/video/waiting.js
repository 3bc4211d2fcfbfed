// The patient's page: device check and waiting room, then the call in the same page, so that the picture just goes on.

import { openDeviceCheck } from "./device-check.js";
import { openStage } from "./stage.js";
import { keepAwake } from "./wake-lock.js";

const IN = ["admitted", "running", "interrupted"];
const OVER = ["finished", "cancelled", "denied", "missed", "gone"];

const root = document.querySelector("[data-video]");
const stage = openStage({ root, onState: follow, onDevices: () => check.show(), onHungUp: () => { hasHungUp = true; stage.show("left"); } });
const check = openDeviceCheck({ root, devices: stage.devices, mailbox: stage.mailbox });
let hasHungUp = false;
let isTaken = false;
let isHere = false;

function follow({ state, peers }) {
  isTaken = state === "elsewhere";
  if (OVER.includes(state)) return end(state);
  if (isTaken) {
    stage.stop();
    return stage.show("elsewhere");
  }
  showWhoIsThere(peers ?? []);
  if (!IN.includes(state)) return stage.show("waiting");
  if (hasHungUp || stage.call.isJoined()) return undefined;
  check.stop();
  return stage.join();
}

/** The doctor has the page open: the patient may know that it will not take long. */
function showWhoIsThere(peers) {
  const here = peers.some((person) => person.side === "practice" && person.present);
  if (here === isHere) return;
  isHere = here;
  for (const part of root.querySelectorAll("[data-doctor]")) part.hidden = (part.dataset.doctor === "here") !== here;
}

function end(state) {
  stage.close();
  check.stop();
  stage.show(state);
}

for (const button of root.querySelectorAll("[data-join]")) {
  button.addEventListener("click", async () => {
    hasHungUp = false;
    // On another device the place is taken back with the TAN only.
    if (!(await stage.join())) root.querySelector("[data-other-device]").hidden = false;
  });
}

const consent = root.querySelector("[data-consent]");
consent.addEventListener("change", async () => {
  const { status, content } = await stage.mailbox.post("zustimmung", { version: consent.dataset.consent, given: consent.checked });
  if (status === 200) consent.checked = content?.given ?? consent.checked;
  else consent.checked = !consent.checked;
  root.querySelector("[data-consent-status]").textContent = stage.words[status === 200 ? "consentKept" : "tryAgain"];
});

const cancelling = document.getElementById("cancel-dialog");
root.querySelector("[data-cancel]")?.addEventListener("click", () => cancelling.showModal());
cancelling?.addEventListener("close", async () => {
  if (cancelling.returnValue !== "yes") return;
  const { status } = await stage.mailbox.post("absagen");
  if (status === 200) end("cancelled");
  else root.querySelector("[data-cancel-status]").textContent = stage.words.tryAgain;
});

keepAwake(true);
stage.show("waiting");
stage.start();
check.tryConnection();
