// One connection to one other person in one epoch. One side offers, always the same; a loss is mended by an ICE restart,
// and when that does not help within 15 s, by entering anew (onLost).

const BATCH_MS = 60;
const PATIENCE_MS = 2_000;
const AGAIN_MS = 3_000;
const GIVE_UP_MS = 15_000;
// Both sides see the same loss: the one that offers enters first.
const AFTER_YOU_MS = 2_000;

/**
 * send(kind, payload); track(kind): what this side shows; onTrack(track); onChannel(channel); onState(state); onLost().
 */
export function connect({ offers, turn, track, send, onTrack, onChannel, onState, onLost }) {
  const pc = new RTCPeerConnection(configuration(turn));
  const early = [];
  let found = [];
  let batch = 0;
  let isReady = false;
  let restarts = 0;
  let lost = 0;
  let wasConnected = false;

  if (offers) for (const kind of ["audio", "video"]) pc.addTransceiver(kind, { direction: "sendrecv" });
  onChannel(pc.createDataChannel("gespraech", { negotiated: true, id: 0 }));
  pc.ontrack = (event) => onTrack(event.track);
  pc.onicecandidate = ({ candidate }) => {
    if (!candidate) return;
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
    if (!isReady || pc.signalingState !== "stable") return;
    if (restart) pc.restartIce();
    await showTracks();
    await pc.setLocalDescription();
    send("description", pc.localDescription.toJSON());
  }

  async function handle(kind, payload) {
    if (kind === "ready" && offers) {
      isReady = true;
      expectConnection();
      await offer();
    } else if (kind === "restart" && offers) {
      await offer(true);
    } else if (kind === "description") {
      await takeDescription(payload);
    } else if (kind === "candidates") {
      await takeCandidates(payload);
    }
  }

  async function takeDescription(description) {
    const expected = offers ? "answer" : "offer";
    if (description?.type !== expected || (offers && pc.signalingState !== "have-local-offer")) return;
    expectConnection();
    await pc.setRemoteDescription(description);
    if (!offers) await answer();
    for (const batch of early.splice(0)) await takeCandidates(batch);
  }

  async function answer() {
    for (const transceiver of pc.getTransceivers()) transceiver.direction = "sendrecv";
    await showTracks();
    await pc.setLocalDescription();
    send("description", pc.localDescription.toJSON());
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
    clearTimeout(restarts);
    if (state === "connected") {
      wasConnected = true;
      clearTimeout(lost);
      lost = 0;
    } else if (state === "disconnected") {
      expectConnection();
      restarts = setTimeout(mend, PATIENCE_MS);
    } else if (state === "failed") {
      expectConnection();
      mend();
    }
  }

  function mend() {
    if (offers) offer(true).catch(() => {});
    else send("restart");
    restarts = setTimeout(mend, AGAIN_MS);
  }

  function expectConnection() {
    if (pc.connectionState === "connected") return;
    lost ||= setTimeout(() => { lost = 0; onLost(); }, GIVE_UP_MS + (offers ? 0 : AFTER_YOU_MS));
  }

  function close() {
    for (const timer of [batch, restarts, lost]) clearTimeout(timer);
    for (const name of ["ontrack", "onicecandidate", "onconnectionstatechange"]) pc[name] = null;
    pc.close();
  }

  return { pc, handle, showTracks, close, expectConnection, wasConnected: () => wasConnected };
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
