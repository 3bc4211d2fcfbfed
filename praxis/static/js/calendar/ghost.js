// What hangs on the pointer while dragging: who it is and where it would go.
import { fromTemplate } from "./words.js";

let ghost = null;

export function openGhost(handle, label) {
  ghost = fromTemplate("calendar-ghost");
  const body = ghost.querySelector(".body");
  body.textContent = handle.querySelector(".nm, .tx, b")?.textContent.trim() || label;
  body.classList.toggle("is-video", handle.classList.contains("video"));
  document.body.append(ghost);
}

export function moveGhost(x, y, text, isBusy) {
  ghost.querySelector(".to span").textContent = text;
  ghost.classList.toggle("is-busy", isBusy);
  const { offsetWidth: width, offsetHeight: height } = ghost;
  const left = Math.max(4, Math.min(x + 12, innerWidth - width - 4));
  const top = y + 16 + height > innerHeight ? y - height - 12 : y + 16;
  ghost.style.translate = `${left}px ${top}px`;
}

export function closeGhost() {
  ghost?.remove();
  ghost = null;
}
