// The screen stays on while somebody waits or talks: a sleeping phone falls silent.

let lock = null;
let isWanted = false;

async function request() {
  if (!isWanted || document.hidden || (lock && !lock.released)) return;
  lock = await navigator.wakeLock?.request("screen").catch(() => null) ?? null;
}

export function keepAwake(wanted) {
  isWanted = wanted;
  if (wanted) request();
  else lock?.release().catch(() => {});
}

document.addEventListener("visibilitychange", request);
