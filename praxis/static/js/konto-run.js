// The log of a run stays at its newest line while somebody looks at that one, and how far the run is gets spoken.
import { speak } from "./status.js";

const NEAR = 24;
const host = document.getElementById("run-live");
const box = () => document.getElementById("log-box");
let follows = true;
let place = 0;
let said = document.getElementById("run")?.dataset.words;

host.addEventListener("scroll", ({ target }) => {
  if (target !== box()) return;
  place = target.scrollTop;
  follows = target.scrollHeight - target.clientHeight - place < NEAR;
}, true);

function settle() {
  box()?.scrollTo({ top: follows ? box().scrollHeight : place, behavior: "instant" });
  const words = document.getElementById("run")?.dataset.words;
  if (words && words !== said) speak(words);
  said = words;
}

new MutationObserver(settle).observe(host, { childList: true });
settle();
