// A page that shows today opens at this moment; a third of the view is left for what was.
import { grid, table } from "./lanes.js";

export function showNow() {
  const { today } = grid()?.dataset ?? {};
  const row = table()?.querySelector(".nowmark")?.closest("tr");
  if (!today || !row) return;
  const head = table().querySelector("thead").offsetHeight;
  grid().scrollTop = row.offsetTop - head - grid().clientHeight / 3;
  const lane = table().querySelector(`td[data-day="${today}"]`);
  const gutter = table().querySelector("tbody th").offsetWidth;
  if (table().querySelector("tr.days")) grid().scrollLeft = lane.offsetLeft - gutter;
}

showNow();
document.addEventListener("htmx:afterSettle", ({ detail }) => { if (detail.target?.id === "calendar") showNow(); });
