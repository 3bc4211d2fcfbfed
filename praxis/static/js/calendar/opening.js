// A click on a cell opens its dialog. The grid asks, not the link: links are exchanged by live changes, the grid stays.
import { cellOf } from "./lanes.js";
import { hold, release } from "./refresh.js";

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  // Between the words of an appointment there is no link, but it is the same appointment.
  const link = event.target.closest("#grid a") ?? cellOf(event.target)?.querySelector("a.slot, a.open");
  if (!link?.matches("a.slot, a.open, a.under")) return;
  event.preventDefault();
  htmx.ajax("GET", link.getAttribute("href"), { source: "#grid", target: "#dialog-host", swap: "innerHTML" });
});

// What the pointer has gone down on must still be there when it comes up.
document.addEventListener("pointerdown", ({ target }) => { if (target.closest("#grid, #trays")) hold("pointer"); });
window.addEventListener("pointerup", () => setTimeout(() => release("pointer"), 0));
window.addEventListener("pointercancel", () => release("pointer"));
