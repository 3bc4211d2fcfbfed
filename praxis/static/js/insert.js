// Buttons that write a placeholder where the text cursor stands: [data-insert], into the field last used.
const form = document.getElementById("text-form");
let field = form?.elements.text;

form?.addEventListener("focusin", ({ target }) => { if (target.matches("textarea, input[name=subject]")) field = target; });

document.querySelectorAll("[data-insert]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    if (!field) return;
    field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
});
