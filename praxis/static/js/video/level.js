// The level of the microphone as bars, and a tone to try the loudspeaker or to call the doctor.

let context = null;

/** One for the page; it sleeps until the browser lets it sound. */
function audio() {
  context ??= new (window.AudioContext ?? window.webkitAudioContext)();
  if (context.state === "suspended") context.resume().catch(() => {});
  return context;
}

document.addEventListener("pointerdown", () => context?.resume().catch(() => {}));

/** Draws into the bars of `meter` what `stream` hears; returns how to stop. */
export function showLevel(meter, stream) {
  const bars = [...meter.querySelectorAll("rect")];
  const analyser = audio().createAnalyser();
  analyser.fftSize = 512;
  const source = audio().createMediaStreamSource(stream);
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const loudness = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
    const lit = Math.min(bars.length, Math.round(Math.sqrt(loudness) * bars.length * 1.6));
    bars.forEach((bar, index) => bar.classList.toggle("on", index < lit));
    if (lit) meter.dispatchEvent(new CustomEvent("heard"));
  }, 100);
  return () => { clearInterval(timer); source.disconnect(); };
}

/** Two short tones, softly. */
export async function ring() {
  const now = audio().currentTime;
  for (const [index, pitch] of [659, 880].entries()) {
    const tone = audio().createOscillator();
    const volume = audio().createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, now + index * 0.3);
    volume.gain.linearRampToValueAtTime(0.2, now + index * 0.3 + 0.03);
    volume.gain.linearRampToValueAtTime(0, now + index * 0.3 + 0.28);
    tone.connect(volume).connect(audio().destination);
    tone.start(now + index * 0.3);
    tone.stop(now + index * 0.3 + 0.3);
  }
}
