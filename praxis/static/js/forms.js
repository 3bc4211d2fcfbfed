// Small help for forms: no double submit, show a password, focus what is wrong.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("data-many")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});
// Coming back with the back button must not leave a form blocked.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show-password]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
});
document.querySelectorAll("[data-show-password]").forEach((button) => { button.hidden = false; });

/** The field to start in: the first wrong one, else the one asked for, else the first empty one. */
export function firstField(root) {
  const fields = [...root.querySelectorAll("input, select, textarea")].filter(
    (f) => !f.disabled && f.type !== "hidden" && f.checkVisibility());
  return fields.find((f) => f.getAttribute("aria-invalid") === "true")
    ?? fields.find((f) => f.hasAttribute("autofocus"))
    ?? fields.find((f) => !f.readOnly && !["checkbox", "radio", "submit"].includes(f.type) && !f.value);
}

const wrong = document.querySelector("main [aria-invalid=true]");
if (wrong) wrong.focus();
