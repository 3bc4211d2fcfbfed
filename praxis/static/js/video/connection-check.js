// Would a call come through? Tries the practice's own relay without camera and without the other side.

import { configuration } from "./peer.js";

const LONGEST_MS = 6_000;

/** {relay: "ok" | "failed" | "none", ms}: none = this practice has no relay; ms = the way to the server and back. */
export async function checkConnection(mailbox) {
  const began = performance.now();
  const { status, content } = await mailbox.post("verbindung");
  const ms = Math.round(performance.now() - began);
  if (status !== 200) return { relay: "unknown", ms: 0 };
  if (!content?.turn?.urls?.length) return { relay: "none", ms };
  return { relay: (await reachesRelay(content.turn)) ? "ok" : "failed", ms };
}

async function reachesRelay(turn) {
  const pc = new RTCPeerConnection({ ...configuration(turn), iceTransportPolicy: "relay" });
  try {
    pc.createDataChannel("probe");
    const found = new Promise((resolve) => {
      pc.onicecandidate = ({ candidate }) => resolve(Boolean(candidate));
      setTimeout(resolve, LONGEST_MS, false);
    });
    await pc.setLocalDescription();
    return await found;
  } finally {
    pc.close();
  }
}
