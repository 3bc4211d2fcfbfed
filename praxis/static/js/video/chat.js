// Written messages go straight to the others over the data channel. They are kept nowhere: closing the page forgets them.

const LONGEST = 2_000;

/** hear(other, fact): what a channel tells besides texts, such as "camera off". */
export function openChat({ root, facts, hear }) {
  const panel = root.querySelector("[data-chat]");
  const log = panel.querySelector(".chatlog");
  const form = panel.querySelector("form");
  const field = form.querySelector("input");
  const badge = root.querySelector("[data-unread]");
  const channels = new Map();
  let unread = 0;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim().slice(0, LONGEST);
    // Nobody there: what was typed stays in the field.
    if (!text || !tell({ text })) return;
    write(text, "me");
    field.value = "";
  });

  function attach(other, channel) {
    channels.set(other.id, channel);
    channel.onopen = () => channel.send(JSON.stringify({ facts: facts() }));
    channel.onmessage = ({ data }) => receive(other, data);
  }

  function detach(id) {
    channels.delete(id);
  }

  function receive(other, data) {
    const { text, facts: told } = parse(data);
    if (told) hear(other, told);
    if (typeof text !== "string" || !text) return;
    write(text.slice(0, LONGEST), "", other.name);
    if (!isSeen()) count(unread + 1);
  }

  /** True when at least one other person gets it. */
  function tell(message) {
    const open = [...channels.values()].filter((channel) => channel.readyState === "open");
    for (const channel of open) channel.send(JSON.stringify(message));
    return open.length > 0;
  }

  function write(text, css, name = "") {
    const item = document.createElement("li");
    item.className = css;
    if (name && channels.size > 1) item.append(Object.assign(document.createElement("b"), { textContent: `${name} ` }));
    item.append(text);
    log.append(item);
    item.scrollIntoView({ block: "nearest" });
  }

  function count(number) {
    unread = number;
    if (!badge) return;
    badge.hidden = !number;
    badge.firstChild.textContent = String(number);
  }

  const isSeen = () => panel.checkVisibility();

  function toggle() {
    panel.classList.toggle("is-open");
    if (isSeen()) { count(0); field.focus(); }
    return isSeen();
  }

  return { attach, detach, toggle, isSeen, tellFacts: () => tell({ facts: facts() }) };
}

/** What a stranger's page may send us is data and never more. */
function parse(data) {
  try {
    const message = JSON.parse(data);
    return message && typeof message === "object" ? message : {};
  } catch {
    return {};
  }
}
