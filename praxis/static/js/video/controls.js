// The buttons below the picture. A button keeps its words; whether it is pressed says whether it is on.

/** Buttons with data-control: mic | camera | screen | chat | hangup, wherever they stand on the page. */
export function bindControls({ root, devices, chat, hangUp }) {
  const buttons = (name) => [...root.querySelectorAll(`[data-control=${name}]`)];
  const on = (name, run) => { for (const button of buttons(name)) button.addEventListener("click", run); };
  const press = (name, isPressed) => { for (const button of buttons(name)) button.setAttribute("aria-pressed", String(isPressed)); };

  on("mic", () => devices.turn("audio", !devices.isOn.audio));
  on("camera", () => devices.turn("video", !devices.isOn.video));
  on("screen", () => devices.share(!devices.isSharing()));
  on("chat", () => press("chat", chat.toggle()));
  on("hangup", hangUp);
  for (const button of buttons("screen")) button.hidden = !devices.canShare;

  /** As the devices are now: pressed means off, and what is not there cannot be switched. */
  return function show() {
    press("mic", !devices.isOn.audio);
    press("camera", !devices.isOn.video);
    press("screen", devices.isSharing());
    press("chat", chat.isSeen());
    for (const button of buttons("mic")) button.disabled = devices.facts.audio !== "ok";
    for (const button of buttons("camera")) button.disabled = devices.facts.video !== "ok";
  };
}
