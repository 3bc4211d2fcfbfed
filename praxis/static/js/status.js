// One voice for the whole page: speak() for screen readers, toast() for everybody.

export const texts = document.getElementById("texts")?.dataset ?? {};
const TOAST_SECONDS = 10;

/** Says a text in the status region. The same text twice is heard twice. */
export function speak(text) {
  const region = document.getElementById("speech");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}

/**
 * Shows a message at the bottom. actions: {label, run} or {label, href} each; kind: "success" | "warning" | "error".
 * Errors and messages with an action stay until they are closed or replaced; others leave after ten seconds.
 */
export function toast(text, { kind = "", actions = [], sticky = kind === "error" } = {}) {
  const region = document.getElementById("toasts");
  const element = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  if (kind) element.classList.add(`is-${kind}`);
  element.querySelector("p").textContent = text;
  element.querySelector("p").after(...actions.map((action) => actionElement(action, element)));
  for (const same of region.children) if (same.textContent === element.textContent) same.remove();
  region.append(element);
  while (region.children.length > 3) region.firstElementChild.remove();
  if (!sticky) leaveLater(element);
  return element;
}

function actionElement({ label, run, href }, element) {
  const control = document.createElement(href ? "a" : "button");
  control.className = "btn btn-s";
  control.textContent = label;
  if (href) Object.assign(control, { href, target: "_blank", rel: "noopener" });
  else {
    control.type = "button";
    control.addEventListener("click", () => { element.remove(); run(); });
  }
  return control;
}

/** Time runs only while nobody points at the message or has the focus in it (WCAG 2.2.1). */
function leaveLater(element) {
  let left = TOAST_SECONDS;
  const timer = setInterval(() => {
    if (!element.isConnected) clearInterval(timer);
    else if (!element.matches(":hover, :focus-within") && --left <= 0) element.remove();
  }, 1000);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-close-toast]")?.closest("[data-toast]").remove();
});
document.querySelectorAll("[data-toast]:not(.is-error)").forEach(leaveLater);

// The server speaks through a header: HX-Trigger: {"speak": "…"} or {"toast": {"text": "…", "kind": "success"}}.
document.addEventListener("speak", (event) => speak(event.detail.value ?? event.detail));
document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail));
