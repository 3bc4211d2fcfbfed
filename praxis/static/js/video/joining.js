// The entrance. The secret of a link stands behind the # of the address: it goes into the form and out of the address;
// only the button sends it, so that a mail scanner that opens links uses nothing up.

const form = document.querySelector("[data-join-form]");
const field = form.elements.tan;

function takeCode() {
  const code = location.hash.slice(1);
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  for (const part of document.querySelectorAll("[data-by]")) part.hidden = part.dataset.by !== "link";
  field.required = false;
}

// A TAN in the address has done its work once it stands in the field.
if (location.search) history.replaceState(null, "", location.pathname + location.hash);
takeCode();
window.addEventListener("hashchange", takeCode);
for (const button of document.querySelectorAll("[data-type-tan]")) {
  button.addEventListener("click", () => {
    form.elements.code.value = "";
    for (const part of document.querySelectorAll("[data-by]")) part.hidden = part.dataset.by !== "tan";
    field.required = true;
    field.focus();
  });
}
