// Camera and microphone of this side. Whatever is refused, missing or unplugged: the rest goes on, and so does the call.

const WANTED = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 24, max: 30 }, facingMode: "user" },
};
const REASONS = {
  NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none",
  NotReadableError: "busy", AbortError: "busy",
};

/** onChange(): tracks or facts are different now. facts: checking | ok | denied | none | busy per kind. */
export function openDevices({ onChange }) {
  const stream = new MediaStream();
  const facts = { audio: "checking", video: "checking" };
  const isOn = { audio: true, video: true };
  const chosen = {};
  let screen = null;
  let isReleased = false;

  /** Both in one question; when that fails each for itself, so that one refusal does not take the other along. */
  async function start() {
    if (!navigator.mediaDevices?.getUserMedia) {
      Object.assign(facts, { audio: "none", video: "none" });
      return onChange();
    }
    const missing = ["audio", "video"].filter((kind) => !live(kind));
    if (missing.length && !(await ask(missing))) for (const kind of missing) await ask([kind]);
    onChange();
  }

  async function ask(kinds) {
    try {
      const wanted = kinds.map((kind) => [kind, { ...WANTED[kind], ...chosen[kind] }]);
      const got = await navigator.mediaDevices.getUserMedia(Object.fromEntries(wanted));
      for (const track of got.getTracks()) take(track);
      return true;
    } catch (error) {
      if (kinds.length === 1) facts[kinds[0]] = REASONS[error.name] ?? "none";
      return false;
    }
  }

  function take(track) {
    if (isReleased) return track.stop();
    drop(track.kind);
    stream.addTrack(track);
    facts[track.kind] = "ok";
    track.enabled = isOn[track.kind];
    track.addEventListener("ended", () => {
      if (live(track.kind) || isReleased) return;
      facts[track.kind] = "none";
      onChange();
      start();
    });
  }

  function drop(kind) {
    for (const old of stream.getTracks().filter((track) => track.kind === kind)) {
      stream.removeTrack(old);
      old.stop();
    }
  }

  function live(kind) {
    return stream.getTracks().find((track) => track.kind === kind && track.readyState === "live") ?? null;
  }

  function turn(kind, on) {
    isOn[kind] = on;
    const track = live(kind);
    if (track) track.enabled = on;
    onChange();
    if (on) refresh();
  }

  async function choose(kind, deviceId) {
    chosen[kind] = { deviceId: { exact: deviceId }, ...(kind === "video" && { facingMode: undefined }) };
    await ask([kind]);
    onChange();
  }

  async function list(kind) {
    const found = await navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
    return found.filter((device) => device.kind === `${kind}input` && device.deviceId);
  }

  /** After a phone call or a sleeping screen tracks can be dead although they say they live: take fresh ones. */
  async function refresh() {
    const dead = ["audio", "video"].filter((kind) => facts[kind] === "ok" && (!live(kind) || live(kind).muted));
    for (const kind of dead) await ask([kind]);
    if (dead.length) onChange();
  }

  /** True while shared; the system's own "stop sharing" ends it as well. */
  async function share(wanted) {
    screen?.getTracks().forEach((track) => track.stop());
    screen = null;
    if (wanted) {
      screen = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false }).catch(() => null);
      screen?.getVideoTracks()[0].addEventListener("ended", () => { screen = null; onChange(); });
    }
    onChange();
    return Boolean(screen);
  }

  function release() {
    isReleased = true;
    share(false);
    for (const kind of ["audio", "video"]) drop(kind);
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden && !isReleased) refresh(); });
  navigator.mediaDevices?.addEventListener("devicechange", () => { if (!isReleased) start(); });

  return {
    stream, facts, isOn, start, turn, choose, list, share, release, refresh,
    canShare: Boolean(navigator.mediaDevices?.getDisplayMedia),
    isSharing: () => Boolean(screen),
    track: (kind) => (kind === "video" && screen ? screen.getVideoTracks()[0] : live(kind)),
    shows: () => ({ audio: Boolean(live("audio")) && isOn.audio, video: Boolean(screen) || (Boolean(live("video")) && isOn.video), screen: Boolean(screen) }),
  };
}
