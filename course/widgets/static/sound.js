// A sound from Python's float32 samples to the ear: one at a time, never louder than full scale, without a click at its
// ends, and none before the first gesture.
const FADE = 0.005;
let audioContext = null;

// Browsers let sounds begin only after a gesture: to be called in the handler of each one.
function wakeSound() {
  audioContext ??= new AudioContext();
  if (audioContext.state === "suspended") audioContext.resume();
}

function makePlayer() {
  let source = null;
  let gain = null;
  const player = {
    // begin a sound, in the place of whichever plays on this page; tells whether it is heard
    play(samples, rate, onEnd = () => {}) {
      player.stop();
      if (audioContext === null || samples.length === 0) return false;
      // every widget is a module of its own, and they know of each other by the page alone
      if (window.resoundPlaying?.player !== player) window.resoundPlaying?.end();
      window.resoundPlaying = { player, end: () => (player.stop(), onEnd()) };
      const buffer = audioContext.createBuffer(1, samples.length, rate);
      buffer.copyToChannel(withinFullScale(samples), 0);
      source = audioContext.createBufferSource();
      source.buffer = buffer;
      source.onended = onEnd;
      gain = audioContext.createGain();
      const now = audioContext.currentTime;
      gain.gain.setValueAtTime(0, now);
      gain.gain.setTargetAtTime(1, now, FADE / 4);
      gain.gain.setTargetAtTime(0, now + Math.max(buffer.duration - FADE, 0), FADE / 4);
      source.connect(gain).connect(audioContext.destination);
      source.start(now);
      return true;
    },
    stop() {
      if (source === null) return;
      source.onended = null;
      const now = audioContext.currentTime;
      gain.gain.setTargetAtTime(0, now, FADE / 4);
      source.stop(now + 2 * FADE);
      source = null;
    },
  };
  return player;
}

function withinFullScale(samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak > 1 ? samples.map((sample) => sample / peak) : samples;
}

// Binary messages come as DataViews, which may begin anywhere in a larger buffer.
function toFloats(view) {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

function equal(some, others) {
  return some.length === others.length && some.every((value, index) => value === others[index]);
}
