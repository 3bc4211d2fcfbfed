// The code of a mail's link stands behind the # of the address: it is put into the form, wiped from the address and sent.

const form = document.querySelector("form[data-code]");

function takeCode() {
  const code = location.hash.slice(1);
  if (!form || !code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.requestSubmit();
}

takeCode();
window.addEventListener("hashchange", takeCode);
