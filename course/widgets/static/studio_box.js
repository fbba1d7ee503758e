// The box: frames from start to stop - 1, bands from first to last. A mouse, a finger, keys and numbers move it.
const STEP = { frames: 4, bands: 2 };

function makeBox(frames, bands, onChange) {
  const box = {
    start: 0, stop: frames, first: 0, last: bands - 1, frames, bands,
    get isWhole() {
      return this.start === 0 && this.stop === this.frames && this.first === 0 && this.last === this.bands - 1;
    },
    get values() {
      return [this.start, this.stop, this.first, this.last];
    },
    // at least one cell, and inside the picture
    set({ start = this.start, stop = this.stop, first = this.first, last = this.last }) {
      this.start = clamp(start, 0, this.frames - 1);
      this.stop = clamp(stop, this.start + 1, this.frames);
      this.first = clamp(first, 0, this.bands - 1);
      this.last = clamp(last, this.first, this.bands - 1);
      onChange();
    },
    whole() {
      this.set({ start: 0, stop: this.frames, first: 0, last: this.bands - 1 });
    },
    // as it is, somewhere else
    move(byFrames, byBands) {
      const across = clamp(byFrames, -this.start, this.frames - this.stop);
      const up = clamp(byBands, -this.first, this.bands - 1 - this.last);
      this.set({ start: this.start + across, stop: this.stop + across, first: this.first + up, last: this.last + up });
    },
    // the picture has become longer or shorter, and what was chosen with it
    fit(newFrames) {
      const longer = newFrames - this.frames;
      this.frames = newFrames;
      this.set({ stop: this.stop + longer });
    },
  };
  return box;
}

// What a key does to the box; nothing for other keys.
function keyOnBox(box, key, shift) {
  const { frames, bands } = STEP;
  const moves = {
    ArrowLeft: () => box.move(-frames, 0),
    ArrowRight: () => box.move(frames, 0),
    ArrowUp: () => box.move(0, bands),
    ArrowDown: () => box.move(0, -bands),
    Home: () => box.move(-Infinity, 0),
    End: () => box.move(Infinity, 0),
    PageUp: () => box.move(0, Infinity),
    PageDown: () => box.move(0, -Infinity),
  };
  const resizes = {
    ArrowLeft: () => box.set({ stop: box.stop - frames }),
    ArrowRight: () => box.set({ stop: box.stop + frames }),
    ArrowUp: () => box.set({ last: box.last + bands }),
    ArrowDown: () => box.set({ last: box.last - bands }),
    Home: () => box.set({ start: 0 }),
    End: () => box.set({ stop: box.frames }),
    PageUp: () => box.set({ last: box.bands - 1 }),
    PageDown: () => box.set({ first: 0 }),
  };
  const act = (shift ? resizes : moves)[key];
  act?.();
  return act !== undefined;
}

// Drag across the picture for a new box, inside the box to move it; a click outside chooses everything.
function dragBox(canvas, box) {
  let drag = null;
  // in frames and bands, bands from the bottom up
  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return {
      frame: clamp((clientX - left) / width, 0, 1) * box.frames,
      band: (1 - clamp((clientY - top) / height, 0, 1)) * box.bands,
    };
  };
  const isInside = ({ frame, band }) =>
    !box.isWhole && frame >= box.start && frame <= box.stop && band >= box.first && band <= box.last + 1;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    wakeSound();
    canvas.setPointerCapture(event.pointerId);
    const from = place(event);
    const before = { start: box.start, stop: box.stop, first: box.first, last: box.last };
    drag = { from, before, moves: isInside(from), x: event.clientX, y: event.clientY, far: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    const at = place(event);
    if (drag === null) {
      canvas.style.cursor = isInside(at) ? "move" : "crosshair";
      return;
    }
    drag.far ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 3;
    if (!drag.far) return;
    const { from, before } = drag;
    if (drag.moves) {
      Object.assign(box, before);
      box.move(Math.round(at.frame - from.frame), Math.round(at.band - from.band));
    } else {
      box.set({
        start: Math.floor(Math.min(from.frame, at.frame)),
        stop: Math.ceil(Math.max(from.frame, at.frame)),
        first: Math.floor(Math.min(from.band, at.band)),
        last: Math.ceil(Math.max(from.band, at.band)) - 1,
      });
    }
  });
  canvas.addEventListener("pointerup", () => {
    if (drag !== null && !drag.far && !drag.moves) box.whole();
    drag = null;
  });
  canvas.addEventListener("pointercancel", () => {
    if (drag !== null) box.set(drag.before);
    drag = null;
  });
}

// Fields for the four edges, in seconds and hertz. What is typed goes to the nearest edge; one step goes at least one on.
function makeBoxFields(box, { rate, hop, edges }) {
  const seconds = { at: (frame) => (frame * hop) / rate, show: (value) => value.toFixed(2), step: 0.05 };
  const hertz = { at: (edge) => edges[edge], show: (value) => value.toFixed(0), step: 10 };
  const nearest = (unit, value, count) => {
    let best = 0;
    for (let edge = 1; edge <= count; edge++) {
      if (Math.abs(unit.at(edge) - value) < Math.abs(unit.at(best) - value)) best = edge;
    }
    return best;
  };
  const fields = [
    ["Start", "in s", seconds, () => box.start, (edge) => box.set({ start: Math.min(edge, box.stop - 1) })],
    ["Stop", "in s", seconds, () => box.stop, (edge) => box.set({ stop: edge })],
    ["Low", "in Hz", hertz, () => box.first, (edge) => box.set({ first: Math.min(edge, box.last) })],
    ["High", "in Hz", hertz, () => box.last + 1, (edge) => box.set({ last: edge - 1 })],
  ].map(([name, unitName, unit, get, set]) => {
    const input = makeNumber(`${name} of the box ${unitName}`, { value: 0, low: 0, step: unit.step });
    input.addEventListener("change", () => {
      const old = get();
      const count = unit === seconds ? box.frames : box.bands;
      const typed = Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : unit.at(old);
      const found = nearest(unit, typed, count);
      const shown = Number(unit.show(unit.at(old)));
      set(found === old ? clamp(old + Math.sign(typed - shown), 0, count) : found);
    });
    const show = () => (input.value = unit.show(unit.at(get())));
    const label = make("label", {}, make("span", {}, `${name} `, make("small", {}, unitName)), input);
    return { label, show };
  });
  return { labels: fields.map(({ label }) => label), show: () => fields.forEach(({ show }) => show()) };
}
