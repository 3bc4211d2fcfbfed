// One column at a time on phones: tabs and swiping change it without a request.
import { table } from "./lanes.js";

const SWIPE_PX = 60;
const tabs = () => [...document.querySelectorAll("nav.coltabs a[data-show]")];
let touch = null;

function showLane(tab) {
  if (!tab || !table()) return;
  table().dataset.show = tab.dataset.show;
  markCurrent();
  tab.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The tabs come fresh from the server with every change; which one is open is known here. */
function markCurrent() {
  tabs().forEach((one) => {
    if (one.dataset.show === table()?.dataset.show) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  });
}

document.addEventListener("calendar:refreshed", markCurrent);

document.addEventListener("click", (event) => {
  const tab = event.target.closest("nav.coltabs a[data-show]");
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  showLane(tab);
}, true);

document.addEventListener("touchstart", (event) => {
  const isGrid = event.target.closest("#grid") && matchMedia("(max-width: 699px)").matches;
  touch = isGrid && event.touches.length === 1 ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
}, { passive: true });

document.addEventListener("touchend", (event) => {
  if (!touch || document.documentElement.classList.contains("is-dragging")) return;
  const { clientX, clientY } = event.changedTouches[0];
  const [dx, dy] = [clientX - touch.x, clientY - touch.y];
  if (Math.abs(dx) < SWIPE_PX || Math.abs(dy) > Math.abs(dx) / 2) return;
  const all = tabs();
  showLane(all[all.findIndex((one) => one.hasAttribute("aria-current")) + (dx < 0 ? 1 : -1)]);
}, { passive: true });
