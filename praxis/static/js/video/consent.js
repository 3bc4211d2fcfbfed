// The yes to talking by video: asked before anything else, asked again when its text changed, taken back at any time.

/** root holds [data-consent] with the version of its text, [data-consent-given] and buttons. */
export function openConsent({ root, mailbox, words }) {
  const asking = root.querySelector("[data-consent]");
  const given = root.querySelector("[data-consent-given]");
  const status = root.querySelector("[data-consent-status]");

  async function say(isGiven) {
    const { status: code } = await mailbox.post("zustimmung", { version: asking.dataset.consent, given: isGiven });
    // The text is another one by now.
    if (code === 409) return location.reload();
    status.textContent = code === 200 ? "" : words.tryAgain;
    return mailbox.poke();
  }

  for (const button of root.querySelectorAll("[data-consent-give]")) {
    button.disabled = false;
    button.addEventListener("click", () => say(true));
  }
  for (const button of root.querySelectorAll("[data-consent-revoke]")) button.addEventListener("click", () => say(false));

  /** isAwaited: the door is open already, only the yes is missing. */
  function show(isGiven, isAwaited) {
    const hadFocus = asking.contains(document.activeElement);
    asking.hidden = isGiven;
    given.hidden = !isGiven;
    if (hadFocus && isGiven) given.focus();
    for (const part of root.querySelectorAll("[data-door-open]")) part.hidden = isGiven || !isAwaited;
  }

  return { show };
}
