// <dialog-host id="dialog-host">: the server answers with a <dialog class="dialog">, htmx puts it in here, it opens itself.
// Esc and [data-close] close it, focus starts in the first wrong or empty field and returns to where it came from.
// An answer 409 or 422 carries the dialog again with everything typed. "HX-Trigger: dialog:close" closes it.
import { firstField } from "../forms.js";

class DialogHost extends HTMLElement {
  #opener = null;

  connectedCallback() {
    new MutationObserver(() => this.#adopt()).observe(this, { childList: true });
    this.#adopt();
    document.addEventListener("htmx:beforeRequest", (event) => this.#remember(event));
    document.addEventListener("dialog:close", () => this.close());
    this.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) this.close(); });
    // "close" does not bubble.
    this.addEventListener("close", (event) => { if (event.target.parentElement === this) this.#closed(event.target); }, true);
  }

  get dialog() {
    return this.querySelector(":scope > dialog");
  }

  close() {
    this.dialog?.close();
  }

  /** Who asked for the dialog. Inside an open dialog nobody new asks. */
  #remember(event) {
    const { target, elt } = event.detail;
    if (target !== this || this.contains(elt)) return;
    const active = document.activeElement;
    this.#opener = active && active !== document.body ? active : elt;
  }

  #adopt() {
    const dialog = this.dialog;
    if (!dialog || dialog.matches(":modal")) return;
    dialog.removeAttribute("open");
    dialog.showModal();
    const place = dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("[data-focus]") ?? firstField(dialog);
    (place ?? dialog.querySelector("h2"))?.focus();
  }

  #closed(dialog) {
    dialog.remove();
    const opener = this.#opener;
    this.#opener = null;
    // The page may have redrawn the place the focus came from; its id survives.
    const place = opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id);
    if (place) place.focus();
    this.dispatchEvent(new CustomEvent("dialog:closed", { bubbles: true, detail: { opener: place || null } }));
  }
}

customElements.define("dialog-host", DialogHost);
