// When an answer does not come as hoped: say what is left to do, and leave everything typed where it is.
import { texts, toast } from "./status.js";

document.addEventListener("htmx:sendError", () => toast(texts.offline, { kind: "error" }));
document.addEventListener("htmx:timeout", () => toast(texts.offline, { kind: "error" }));

document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  toast(status === 404 || status === 410 ? texts.gone : texts.failed, { kind: "error" });
});

// A session that ended answers with the sign-in page: never swap that into the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const loginUrl = document.body.dataset.loginUrl;
  const answered = event.detail.xhr.responseURL;
  if (!loginUrl || !answered || new URL(answered).pathname !== loginUrl) return;
  event.detail.shouldSwap = false;
  toast(texts.signedOut, { kind: "error", actions: [{ label: texts.signIn, href: loginUrl }] });
});
