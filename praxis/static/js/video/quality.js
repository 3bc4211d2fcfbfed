// How good one connection is, in three steps: 3 good, 2 fair, 1 weak. Measured from what really arrived.

const EVERY_MS = 2_000;
const FAIR = { loss: 0.03, delay: 0.3 };
const WEAK = { loss: 0.1, delay: 0.6 };

/** onLevel(3 | 2 | 1) while connected; returns how to stop. */
export function watchQuality(pc, onLevel) {
  let before = null;
  const timer = setInterval(async () => {
    if (pc.connectionState !== "connected") { before = null; return; }
    const now = read(await pc.getStats());
    if (before) onLevel(judge(before, now));
    before = now;
  }, EVERY_MS);
  return () => clearInterval(timer);
}

function read(stats) {
  const sum = { received: 0, lost: 0, delay: 0, lostThere: 0 };
  stats.forEach((row) => {
    if (row.type === "inbound-rtp") {
      sum.received += row.packetsReceived ?? 0;
      sum.lost += row.packetsLost ?? 0;
    }
    if (row.type === "remote-inbound-rtp") sum.lostThere = Math.max(sum.lostThere, row.fractionLost ?? 0);
    if (row.type === "candidate-pair" && row.nominated && row.state === "succeeded") sum.delay = row.currentRoundTripTime ?? 0;
  });
  return sum;
}

export function judge(before, now) {
  const lost = Math.max(0, now.lost - before.lost);
  const all = Math.max(0, now.received - before.received) + lost;
  const loss = Math.max(all ? lost / all : 0, now.lostThere);
  if (loss >= WEAK.loss || now.delay >= WEAK.delay) return 1;
  return loss >= FAIR.loss || now.delay >= FAIR.delay ? 2 : 3;
}
