// The calendar page comes alive. Rows are remembered first, before anything else touches them.
import { forgetLanes, grid } from "./lanes.js";
import { rememberRows } from "./patch.js";
import "./words.js";
import "./grid-focus.js";
import "./move-mode.js";
import "./shortcuts.js";
import "./help.js";
import "./opening.js";
import "./hits.js";
import "./new-person.js";
import "./drag.js";
import "./stretch.js";
import "./live.js";
import "./now-line.js";
import "./first-view.js";
import "./phone.js";
import "./peek.js";

rememberRows();

// Another day, view or group: htmx exchanged the whole calendar.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!detail.target?.contains?.(grid()) && detail.target?.id !== "calendar") return;
  forgetLanes();
  rememberRows();
  document.dispatchEvent(new CustomEvent("calendar:refreshed", { detail: {} }));
});
