// The server's stream of a call: it says only that asking is worth it now. The browser opens it again by itself.

/** onWake(recipient): the member it is for, 0 for everybody. isOpen(): whether one may rely on it. */
export function openWakes(url, onWake) {
  const source = new EventSource(url);
  let isHeard = false;

  // Whatever happened before is not told: ask once.
  source.onopen = () => { isHeard = true; onWake(0); };
  source.onerror = () => { isHeard = false; };
  source.onmessage = ({ data }) => { isHeard = true; onWake(JSON.parse(data).for ?? 0); };
  source.addEventListener("lost", () => { isHeard = false; });
  source.addEventListener("resync", () => { isHeard = true; onWake(0); });
  return { isOpen: () => isHeard && source.readyState === EventSource.OPEN, close: () => source.close() };
}
