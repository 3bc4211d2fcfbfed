// Questions before something is lost: <form data-confirm="Termin löschen?" data-confirm-text="…" data-confirm-yes="Termin löschen">
// for plain forms, hx-confirm="…" (with the same data- attributes) for htmx. Never window.confirm.

/** Asks and answers with true or false. */
export function ask(question, { text = "", yes = "" } = {}) {
  const dialog = document.getElementById("confirm-template").content.firstElementChild.cloneNode(true);
  dialog.querySelector("h2").textContent = question;
  const body = dialog.querySelector(".dialog-body");
  body.hidden = !text;
  body.querySelector("p").textContent = text;
  if (yes) dialog.querySelector("[data-yes]").textContent = yes;
  document.body.append(dialog);
  const opener = document.activeElement;
  return new Promise((resolve) => {
    dialog.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) dialog.close(button.value);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (opener?.isConnected) opener.focus();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

const wording = (element) => ({ text: element.dataset.confirmText, yes: element.dataset.confirmYes });

document.addEventListener("submit", async (event) => {
  const asker = event.submitter?.closest("[data-confirm]") ?? event.target.closest("[data-confirm]");
  if (!asker || event.target.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target: form, submitter } = event;
  if (!(await ask(asker.dataset.confirm, wording(asker)))) return;
  form.dataset.confirmed = "1";
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
}, true);

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question, wording(event.detail.elt))) event.detail.issueRequest(true);
});
