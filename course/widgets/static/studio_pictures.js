// What is seen: two mel spectrograms and a waveform above one time axis. All places are parts of the whole, so that a
// narrower page needs nothing redrawn, and lines and letters have the page's colours.
const HERTZ_MARKS = { edited: [250, 500, 1000, 2000, 4000, 8000, 16000], original: [1000, 4000, 16000] };
const WAVE_POINTS = 800;

function makePictures({ rate, hop, edges, range }) {
  const bands = edges.length - 1;
  const original = makeSpectrogram("Original", { role: "img" }, hertzTicks(edges, HERTZ_MARKS.original));
  const edited = makeSpectrogram("Edited", { role: "application", tabindex: 0 }, hertzTicks(edges, HERTZ_MARKS.edited));
  const boxFrame = make("div", { class: "studio-box", "aria-hidden": "true" });
  edited.area.append(boxFrame);
  const wave = makeWave();
  const time = make("div", { class: "part-across studio-time", "aria-hidden": "true" });
  const scale = make("span", { class: "part-scale" });
  const colourScale = make(
    "p", { class: "part-legend" }, `−${range}`, scale, "0 dB, the original’s loudest cell",
  );
  const axis = make("div", { class: "part-row" }, make("span", { class: "part-axis" }), make("div", { class: "part-area studio-bare" }, time));
  const all = make("div", {}, edited.row, wave.row, original.row, axis, colourScale);
  let colours = null;
  let frames = { original: 1, edited: 1 };
  // the longer of both fills the width
  const layOut = () => {
    const longest = Math.max(frames.original, frames.edited);
    original.area.style.width = `${(100 * frames.original) / longest}%`;
    for (const each of [edited, wave]) each.area.style.width = `${(100 * frames.edited) / longest}%`;
    drawTimeTicks(time, (longest * hop) / rate);
  };
  const show = (spectrogram, which, levels) => {
    frames[which] = levels.length / bands;
    paint(spectrogram.canvas, levels, bands, colours);
    layOut();
  };
  return {
    all, canvas: edited.canvas, describe: (text) => edited.canvas.setAttribute("aria-label", text),
    showOriginal(palette, levels) {
      colours = palette;
      scale.style.background = gradient(palette);
      show(original, "original", levels);
      original.canvas.setAttribute("aria-label", `Mel spectrogram of the original, ${((frames.original * hop) / rate).toFixed(1)} s`);
    },
    showEdited(levels, samples, about) {
      show(edited, "edited", levels);
      wave.draw(samples, about);
      return frames.edited;
    },
    showBox(box) {
      boxFrame.style.left = `${(100 * box.start) / box.frames}%`;
      boxFrame.style.width = `${(100 * (box.stop - box.start)) / box.frames}%`;
      boxFrame.style.bottom = `${(100 * box.first) / bands}%`;
      boxFrame.style.height = `${(100 * (box.last + 1 - box.first)) / bands}%`;
      boxFrame.classList.toggle("studio-whole", box.isWhole);
    },
    // a line that runs with the sound
    follow(which, seconds) {
      this.rest();
      for (const { head } of which === "original" ? [original] : [edited, wave]) {
        head.hidden = false;
        head.animate([{ left: "0%" }, { left: "100%" }], { duration: 1000 * seconds, fill: "forwards" });
      }
    },
    rest() {
      for (const { head } of [original, edited, wave]) {
        head.hidden = true;
        head.getAnimations().forEach((animation) => animation.cancel());
      }
    },
  };
}

function makeSpectrogram(name, attributes, ticks) {
  const canvas = make("canvas", { "aria-label": `Mel spectrogram, ${name}`, ...attributes });
  return { canvas, ...makeRow(name, "Hz", name.toLowerCase(), canvas, ticks) };
}

// A picture with its name, what its axis shows, and a line that runs over it.
function makeRow(name, unit, className, picture, ticks) {
  const head = make("div", { class: "studio-head", "aria-hidden": "true", hidden: true });
  const area = make("div", { class: "part-area" }, picture, head, make("span", { class: "studio-name", "aria-hidden": "true" }, name));
  const axis = make("div", { class: "part-axis", "aria-hidden": "true" }, make("span", { class: "studio-unit" }, unit), ...ticks);
  return { row: make("div", { class: `part-row studio-${className}` }, axis, area), area, head };
}

function hertzTicks(edges, marks) {
  const top = edges[edges.length - 1];
  return marks.filter((hertz) => hertz < 0.9 * top).map((hertz) => {
    const above = edges.findIndex((edge) => edge > hertz);
    const part = above - 1 + (hertz - edges[above - 1]) / (edges[above] - edges[above - 1]);
    const text = hertz < 1000 ? String(hertz) : `${hertz / 1000}k`;
    return makeTick("bottom", part / (edges.length - 1), text);
  });
}

function drawTimeTicks(axis, seconds) {
  const step = Math.max(roundStep(seconds, 7), 0.01);
  const ticks = [];
  for (let k = 0; k * step < 0.97 * seconds; k++) {
    const text = `${Number((k * step).toFixed(2))}${k === 0 ? " s" : ""}`;
    ticks.push(makeTick("left", (k * step) / seconds, text));
  }
  axis.replaceChildren(...ticks);
}

function makeWave() {
  const path = makeSvg("path", { class: "studio-line" });
  const middle = makeSvg("path", { class: "studio-middle", d: `M0 0H${WAVE_POINTS}` });
  const svg = makeSvg("svg", { role: "img", viewBox: `0 -1 ${WAVE_POINTS} 2`, preserveAspectRatio: "none" }, middle, path);
  const ticks = [1, -1].map((at) => makeTick("bottom", 0.5 + 0.4 * at, at < 0 ? "−1" : "1"));
  return {
    ...makeRow("", "", "wave", svg, ticks),
    // from the highest to the lowest sample above each place
    draw(samples, about) {
      const tops = [];
      const bottoms = [];
      for (let k = 0; k < WAVE_POINTS; k++) {
        const from = Math.floor((k * samples.length) / WAVE_POINTS);
        const to = Math.max(Math.floor(((k + 1) * samples.length) / WAVE_POINTS), from + 1);
        let low = 0;
        let high = 0;
        for (let n = from; n < Math.min(to, samples.length); n++) {
          if (samples[n] < low) low = samples[n];
          if (samples[n] > high) high = samples[n];
        }
        tops.push(`${k} ${(-high).toFixed(3)}`);
        bottoms.push(`${k} ${(-low).toFixed(3)}`);
      }
      path.setAttribute("d", `M${tops.join("L")}L${bottoms.reverse().join("L")}Z`);
      svg.setAttribute("aria-label", `Waveform of the edited sound. ${about}`);
    },
  };
}
