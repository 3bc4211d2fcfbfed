// The team's note of an appointment, shown on hover and on focus; Esc hides it (WCAG 1.4.13).
import { cellOf } from "./lanes.js";

let card = null;
let timer = 0;

function show(cell) {
  hide();
  if (!cell?.dataset.note) return;
  card = document.createElement("div");
  card.className = "peek";
  card.id = "peek";
  card.popover = "manual";
  card.textContent = cell.dataset.note;
  document.body.append(card);
  card.showPopover();
  cell.setAttribute("aria-describedby", "peek");
  const box = cell.getBoundingClientRect();
  const left = box.right + 4 + card.offsetWidth < innerWidth ? box.right + 4 : box.left - card.offsetWidth - 4;
  card.style.left = `${Math.max(4, left)}px`;
  card.style.top = `${Math.min(box.top, innerHeight - card.offsetHeight - 4)}px`;
}

function hide() {
  clearTimeout(timer);
  document.querySelector('[aria-describedby="peek"]')?.removeAttribute("aria-describedby");
  card?.remove();
  card = null;
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch" || event.buttons) return;
  if (event.target.closest?.(".peek")) return clearTimeout(timer);
  const cell = cellOf(event.target);
  clearTimeout(timer);
  timer = setTimeout(() => show(cell), cell ? 350 : 120);
});
document.addEventListener("pointerdown", hide);
document.addEventListener("focusin", ({ target }) => {
  if (cellOf(target) === target && target.matches(":focus-visible")) show(target);
});
document.addEventListener("focusout", hide);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
