// The patient's page: device check and waiting room, then the call in the same page, so that the picture just goes on.

import { openConsent } from "./consent.js";
import { openDeviceCheck } from "./device-check.js";
import { openStage } from "./stage.js";
import { keepAwake } from "./wake-lock.js";

const IN = ["admitted", "running", "interrupted"];
const OVER = ["finished", "cancelled", "denied", "missed", "gone"];

const root = document.querySelector("[data-video]");
const stage = openStage({ root, onState: follow, onDevices: () => check.show(), onHungUp: () => { hasHungUp = true; stage.show("left"); } });
const check = openDeviceCheck({ root, devices: stage.devices, mailbox: stage.mailbox });
const consent = openConsent({ root, mailbox: stage.mailbox, words: stage.words });
let hasHungUp = false;
let isTaken = false;
let isHere = false;

function follow(found) {
  const { state, peers } = found;
  isTaken = state === "elsewhere";
  if (OVER.includes(state)) return end(state);
  if (isTaken) {
    stage.stop();
    return stage.show("elsewhere");
  }
  showWhoIsThere(peers ?? []);
  consent.show(found.consent, IN.includes(state));
  if (!found.consent && stage.call.isJoined()) stage.stop();
  if (!IN.includes(state) || !found.consent) return stage.show("waiting");
  if (hasHungUp || stage.call.isJoined()) return undefined;
  check.stop();
  return stage.join(found);
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
