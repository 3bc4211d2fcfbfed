// One connection to one other person in one epoch. One side offers, always the same; a loss is mended by an ICE restart,
// and when that does not help within 15 s, by entering anew (onLost).

const BATCH_MS = 60;
const PATIENCE_MS = 2_000;
const AGAIN_MS = 3_000;
// A fresh connection that does not come about, for example because the relay was away when it began.
const FIRST_MEND_MS = 4_000;
// So long a description waits for the addresses of this side: one letter instead of two.
const GATHER_MS = 100;
const GATHER_AHEAD_MS = 1_500;
// Both sides see a loss and ask for the same restart.
const SAME_RESTART_MS = 1_500;
const GIVE_UP_MS = 15_000;
// Both sides see the same loss: the one that offers enters first.
const AFTER_YOU_MS = 2_000;

/**
 * send(kind, payload); track(kind): what this side shows; onTrack(track); onState(state); onLost().
 */
export function connect({ offers, turn, track, send, onTrack, onState, onLost }) {
  const pc = new RTCPeerConnection(configuration(turn));
  const early = [];
  let found = [];
  let batch = 0;
  let isReady = false;
  let isDescribing = false;
  let restartedAt = -SAME_RESTART_MS;
  let restarts = 0;
  let lost = 0;
  // An answer belongs to one offer: the same offer may have been sent twice.
  let round = 0;
  let wasConnected = false;

  if (offers) for (const kind of ["audio", "video"]) pc.addTransceiver(kind, { direction: "sendrecv" });
  const channel = pc.createDataChannel("gespraech", { negotiated: true, id: 0 });
  pc.ontrack = (event) => onTrack(event.track);
  pc.onicecandidate = ({ candidate }) => {
    if (!candidate || isDescribing) return;
    found.push(candidate.toJSON());
    batch ||= setTimeout(flush, BATCH_MS);
  };
  pc.onconnectionstatechange = () => follow(pc.connectionState);

  function flush() {
    batch = 0;
    send("candidates", found);
    found = [];
  }

  async function offer(restart = false) {
    if (!isReady || isDescribing || pc.signalingState !== "stable") return;
    if (restart) {
      if (isTooSoon()) return;
      pc.restartIce();
    }
    round += 1;
    await describe(GATHER_MS);
    send("description", described());
  }

  /** The other side asks, so it is there. An offer it did not answer got lost, or its answer did. */
  async function offerAgain() {
    if (!isReady) return start();
    if (pc.signalingState !== "have-local-offer" || isDescribing) return offer(true);
    if (!isTooSoon()) send("description", described());
    return undefined;
  }

  function isTooSoon() {
    if (performance.now() - restartedAt < SAME_RESTART_MS) return true;
    restartedAt = performance.now();
    return false;
  }

  function start() {
    isReady = true;
    expectConnection();
    return offer();
  }

  /** What this side says of itself, with the addresses found by then; later ones go as candidates. */
  async function describe(ms) {
    isDescribing = true;
    try {
      await showTracks();
      await pc.setLocalDescription();
      await gathered(ms);
    } finally {
      isDescribing = false;
    }
  }

  function described() {
    return pc.localDescription && { ...pc.localDescription.toJSON(), round };
  }

  function gathered(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const look = () => {
        if (pc.iceGatheringState !== "complete") return;
        clearTimeout(timer);
        resolve();
      };
      pc.addEventListener("icegatheringstatechange", look);
      look();
    });
  }

  /** The offer before anybody asked for it; it is sent along with the first word to the other side. */
  function prepare() {
    isReady = true;
    return describe(GATHER_AHEAD_MS);
  }

  async function handle(kind, payload) {
    if (kind === "ready" && offers) {
      await start();
    } else if (kind === "restart" && offers) {
      await offerAgain();
    } else if (kind === "description") {
      await takeDescription(payload);
    } else if (kind === "candidates") {
      await takeCandidates(payload);
    }
  }

  async function takeDescription(description) {
    const expected = offers ? "answer" : "offer";
    if (description?.type !== expected) return;
    if (offers && (pc.signalingState !== "have-local-offer" || (description.round ?? round) !== round)) return;
    round = description.round;
    expectConnection();
    // Both have said what they have: looking for each other takes its time, the more so on a slow machine.
    if (restarts) mendIn(wasConnected ? AGAIN_MS : FIRST_MEND_MS);
    restartedAt = performance.now();
    await pc.setRemoteDescription(description);
    if (!offers) await answer();
    for (const batch of early.splice(0)) await takeCandidates(batch);
  }

  async function answer() {
    for (const transceiver of pc.getTransceivers()) transceiver.direction = "sendrecv";
    await describe(GATHER_MS);
    send("description", described());
  }

  async function takeCandidates(candidates) {
    if (!pc.remoteDescription) return early.push(candidates);
    // One that does not fit (an older restart) must not keep the others out.
    for (const candidate of candidates ?? []) await pc.addIceCandidate(candidate).catch(() => {});
  }

  /** What this side shows now, without a new offer: also after a change of camera, or when the screen is shared. */
  async function showTracks() {
    for (const { sender, receiver, stopped } of pc.getTransceivers()) {
      const wanted = track(receiver.track.kind);
      if (!stopped && sender.track !== wanted) await sender.replaceTrack(wanted);
    }
  }

  function follow(state) {
    onState(state);
    if (state === "connected") {
      wasConnected = true;
      for (const timer of [restarts, lost]) clearTimeout(timer);
      restarts = lost = 0;
    } else if (state === "disconnected") {
      expectConnection();
      mendIn(PATIENCE_MS);
    } else if (state === "failed") {
      expectConnection();
      mend();
    }
  }

  /** Again and again until connected: who tries only once tries before the line is back. */
  function mend() {
    if (offers) offer(true).catch(() => {});
    else send("restart");
    mendIn(AGAIN_MS);
  }

  function mendIn(ms) {
    clearTimeout(restarts);
    restarts = setTimeout(mend, ms);
  }

  function expectConnection() {
    if (pc.connectionState === "connected") return;
    if (!restarts) mendIn(FIRST_MEND_MS);
    lost ||= setTimeout(() => { lost = 0; onLost(); }, GIVE_UP_MS + (offers ? 0 : AFTER_YOU_MS));
  }

  function close() {
    for (const timer of [batch, restarts, lost]) clearTimeout(timer);
    for (const name of ["ontrack", "onicecandidate", "onconnectionstatechange"]) pc[name] = null;
    pc.close();
  }

  return { pc, channel, handle, prepare, described, showTracks, close, expectConnection, wasConnected: () => wasConnected };
}

/** Only servers that the practice runs itself; without one the two browsers look for each other directly. */
export function configuration(turn) {
  const { urls = [], username, credential, policy = "all" } = turn ?? {};
  return {
    iceServers: urls.length ? [{ urls, username, credential }] : [],
    iceTransportPolicy: policy,
    bundlePolicy: "max-bundle",
  };
}
