// What every signed-in page loads. Each module switches itself on through attributes of the markup.
import "./elements/dialog-host.js";
import "./confirm.js";
import "./forms.js";
import "./requests.js";
import { registerKeys, openKeys } from "./keys.js";
import { texts } from "./status.js";

registerKeys(texts.keyGroup, [
  { id: "search", keys: "/", label: texts.keySearch, run: focusSearch },
  { id: "help", keys: "?", label: texts.keyHelp, run: openKeys },
]);

function focusSearch() {
  const form = document.getElementById("patient-search");
  if (!form) return false;
  if (getComputedStyle(form).display === "none") form.showPopover();
  form.querySelector("input[type=search]").focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-keys]")) openKeys();
});

// The search field opens as a sheet on phones: typing starts at once.
document.getElementById("patient-search")?.addEventListener("toggle", (event) => {
  if (event.newState === "open") event.target.querySelector("input[type=search]").focus();
});
