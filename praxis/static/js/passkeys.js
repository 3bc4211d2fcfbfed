// Passkeys: the browser asks its person, the form carries the answer.
// <form data-passkey="create | get | sign-in" data-options="{…}"> with a field "credential" and, for what went wrong,
// an element [data-passkey-said] whose data-* attributes hold the words.

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

function readable(options) {
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));
  return {
    ...options,
    challenge: toBytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: toBytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
  };
}

function written(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const answer = Object.fromEntries(
    parts.filter((part) => part in response).map((part) => [part, response[part] && toText(response[part])]));
  if (response.getTransports) answer.transports = response.getTransports();
  return JSON.stringify({
    type: credential.type, id: credential.id, rawId: toText(credential.rawId), response: answer,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

const ceremonies = {
  async create(form) {
    const { publicKey } = JSON.parse(form.dataset.options).creation_options;
    const alone = form.querySelector("[name=passwordless]")?.checked ?? false;
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged", requireResidentKey: alone,
      ...(alone && { userVerification: "required" }),
    };
    return navigator.credentials.create({ publicKey: readable(publicKey) });
  },
  async get(form) {
    const { publicKey } = JSON.parse(form.dataset.options).request_options;
    return navigator.credentials.get({ publicKey: readable(publicKey) });
  },
  async "sign-in"(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new DOMException("", answer.status === 429 ? "Busy" : "Offline");
    const { publicKey } = (await answer.json()).request_options;
    return navigator.credentials.get({ publicKey: readable(publicKey) });
  },
};

function wordsFor(error, words) {
  return { NotAllowedError: words.stopped, AbortError: words.stopped, InvalidStateError: words.known,
    SecurityError: words.address, Busy: words.busy }[error.name] ?? words.failed;
}

function switchOn(form) {
  const said = form.querySelector("[data-passkey-said]");
  const button = form.querySelector("[type=submit]");
  const say = (text) => {
    said.querySelector("span").textContent = text;
    said.hidden = !text;
  };
  form.hidden = false;
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    say(window.isSecureContext ? said.dataset.unknown : said.dataset.insecure);
    return;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    say("");
    try {
      form.elements.credential.value = written(await ceremonies[form.dataset.passkey](form));
      form.submit();
    } catch (error) {
      say(wordsFor(error, said.dataset));
      button.disabled = false;
      button.focus();
    }
  });
  // Coming back with the back button must not leave it blocked.
  window.addEventListener("pageshow", () => { button.disabled = false; });
}

document.querySelectorAll("form[data-passkey]").forEach(switchOn);
