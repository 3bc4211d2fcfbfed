// The grid scrolls by itself when something is dragged to its edge.
const EDGE_PX = 36;
const MOST_PX = 14;
let area = null;
let pointer = null;
let onScroll = null;

export function startScrolling(element, scrolled) {
  area = element;
  onScroll = scrolled;
  pointer = null;
  requestAnimationFrame(step);
}

export function stopScrolling() {
  area = null;
}

document.addEventListener("pointermove", ({ clientX, clientY }) => { if (area) pointer = { x: clientX, y: clientY }; });

/** How far to scroll: the nearer the edge, the faster; nothing outside the area's other axis. */
function pull(at, from, until) {
  if (at < from + EDGE_PX) return -Math.min(MOST_PX, (from + EDGE_PX - at) / 2);
  if (at > until - EDGE_PX) return Math.min(MOST_PX, (at - until + EDGE_PX) / 2);
  return 0;
}

function step() {
  if (!area) return;
  const box = area.getBoundingClientRect();
  if (pointer && pointer.x > box.left && pointer.x < box.right) {
    const head = area.querySelector("thead")?.offsetHeight ?? 0;
    const [left, top] = [area.scrollLeft, area.scrollTop];
    area.scrollBy(pull(pointer.x, box.left, box.right), pull(pointer.y, box.top + head, box.bottom));
    if (area.scrollLeft !== left || area.scrollTop !== top) onScroll();
  }
  requestAnimationFrame(step);
}
