// An explorer: controls above, and below them what they change. A control stands at one of its options; what an option
// is, only Python knows. A text stands at what was typed. When an answer is seen and heard, the page is told by the event "resound:shown"; whoever waits
// for the last of several answers looks at the attribute aria-busy.
// in milliseconds, from the last key to the question
const REST = 800;
const CONTROLS = { slider: makeChooser, choice: makeChooser, text: makeText };
const MAKERS = { picture: makePicture, sound: makeSound, note: makeNote };

function render({ model, el }) {
  const view = `view ${Math.random()}`;
  const controls = {};
  const stage = makeStage();
  const automatic = make("input", { type: "checkbox", checked: true });
  const automaticRow = make("label", { className: "resound-automatic" }, automatic, "Play when moved");
  let questions = 0;
  const turns = makeTurns((wish) => model.send({ number: `${view}: ${++questions}`, ...wish }));
  const ask = () => {
    turns.ask({ positions: positionsOf(controls), play: automatic.checked });
    root.ariaBusy = "true";
  };
  for (const described of model.get("described")) {
    controls[described.name] = CONTROLS[described.kind](described, view, ask);
  }

  const hear = () => {
    const answer = model.get("answer");
    const mine = answer.number === `${view}: ${questions}`;
    if (mine) turns.answered();
    // what a hand has moved since then is to stay where it is
    if (!turns.busy) for (const [name, position] of Object.entries(answer.positions)) controls[name].move(position);
    automaticRow.hidden = !answer.parts.some(({ kind }) => kind === "sound");
    stage.show(answer, mine && answer.play).then((last) => last && (root.ariaBusy = String(turns.busy)));
  };

  const rows = Object.values(controls).flatMap(({ elements }) => elements);
  const root = make("div", { className: "resound-explorer" });
  root.append(make("div", { className: "resound-controls" }, ...rows), automaticRow, stage.element);
  for (const gesture of ["pointerdown", "keydown", "change"]) root.addEventListener(gesture, wakeSound);
  el.append(root);
  model.on("change:answer", hear);
  // inside another widget nobody has asked yet
  if (model.get("answer").parts) hear();
  else turns.ask({ positions: {}, play: false });
  return () => {
    model.off("change:answer", hear);
    stage.stop();
  };
}

function positionsOf(controls) {
  return Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.position]));
}

// A line to type in, with its name before it. It asks at Enter, or when the hand has rested for a while; until then
// nobody else moves it.
function makeText({ name, label, most }, view, moved) {
  const id = `${view} ${name}`.replaceAll(" ", "-");
  const input = make("input", { id, type: "text", maxLength: most, autocomplete: "off", spellcheck: false });
  let asked = "";
  let resting = null;
  const ask = () => {
    clearTimeout(resting);
    resting = null;
    if (input.value === asked) return;
    asked = input.value;
    moved();
  };
  input.addEventListener("input", () => {
    clearTimeout(resting);
    resting = setTimeout(ask, REST);
  });
  // Enter, or the hand leaves
  input.addEventListener("change", ask);
  return {
    elements: [make("label", { htmlFor: id }, label), input],
    get position() {
      return input.value;
    },
    move(position) {
      if (resting !== null) return;
      asked = position;
      if (input.value !== position) input.value = position;
    },
  };
}

// A slider or a list, with its name before it.
function makeChooser({ name, kind, label, options }, view, moved) {
  const id = `${view} ${name}`.replaceAll(" ", "-");
  const slides = kind === "slider";
  const input = slides
    ? make("input", { id, type: "range", min: 0, max: options.length - 1, step: 1 })
    : make("select", { id }, ...options.map((option) => make("option", {}, option)));
  // a slider tells its value itself; this is for eyes
  const output = make("output", { htmlFor: id, ariaHidden: "true" });
  // as wide for each value, so that the slider stays as it is under the hand
  output.style.minWidth = `${Math.max(...options.map(({ length }) => length))}ch`;
  const tell = () => {
    output.value = options[control.position];
    if (slides) input.setAttribute("aria-valuetext", output.value);
  };
  const control = {
    elements: [make("label", { htmlFor: id }, label), input, ...(slides ? [output] : [])],
    get position() {
      return slides ? Number(input.value) : input.selectedIndex;
    },
    move(position) {
      if (slides) input.value = position;
      else input.selectedIndex = position;
      tell();
    },
  };
  input.addEventListener("input", () => {
    tell();
    moved();
  });
  return control;
}

// Pictures, sounds and caption. One sound plays at a time.
function makeStage() {
  const player = makePlayer();
  const seen = make("div", { className: "resound-seen" });
  const caption = make("div", { className: "resound-caption", role: "status" });
  const element = make("div", {}, seen, caption);
  let parts = [];
  let newest = 0;
  let playing = null;

  const stop = () => {
    player.stop();
    playing?.mark(false);
    playing = null;
  };
  const start = (sound) => {
    stop();
    if (!player.play(sound.samples, sound.rate, stop)) return;
    playing = sound;
    sound.mark(true);
  };
  const press = (sound) => (playing === sound ? stop() : start(sound));

  const settle = (told) => {
    if (told.length === parts.length && told.every(({ kind }, index) => kind === parts[index].kind)) return;
    stop();
    parts = told.map(({ kind }) => Object.assign(MAKERS[kind](press), { kind }));
    seen.replaceChildren(...parts.map((part) => part.element));
  };
  // a sound that goes on as it was is not begun again
  const sound = (told, play) => {
    const changed = parts.map((part, index) => part.kind === "sound" && part.take(told[index])).some(Boolean);
    if (changed) stop();
    const first = parts.find(({ kind }) => kind === "sound");
    if (play && first && playing === null) start(first);
  };

  return {
    element,
    stop,
    // tells whether no newer answer has come meanwhile
    async show(answer, play) {
      const number = ++newest;
      settle(answer.parts);
      sound(answer.parts, play);
      const heard = { sounding: playing !== null, heardAt: performance.now() };
      const pictures = await Promise.all(answer.parts.map((told) => told.kind === "picture" && decoded(told)));
      if (number !== newest) return false;
      parts.forEach((part, index) => part.kind !== "sound" && part.take(pictures[index] || answer.parts[index]));
      caption.innerHTML = answer.caption;
      await painted();
      const detail = { answer, ...heard, seenAt: performance.now() };
      element.dispatchEvent(new CustomEvent("resound:shown", { bubbles: true, detail }));
      return number === newest;
    },
  };
}

function decoded({ alt, png }) {
  const image = make("img", { alt, src: URL.createObjectURL(new Blob([png], { type: "image/png" })) });
  return image.decode().then(() => image);
}

function makePicture() {
  let shown = make("img", { alt: "" });
  return {
    element: shown,
    take(image) {
      shown.replaceWith(image);
      URL.revokeObjectURL(shown.src);
      shown = image;
    },
  };
}

function makeNote() {
  const element = make("p");
  return { element, take: ({ text }) => element.replaceChildren(text) };
}

function makeSound(press) {
  const button = make("button", { type: "button" });
  const caption = make("figcaption");
  let label = "";
  const sound = {
    element: make("figure", { className: "resound-sound" }, button, caption),
    samples: new Float32Array(0),
    rate: 0,
    mark(playing) {
      button.textContent = playing ? "Stop" : "Play";
      button.ariaLabel = `${button.textContent}: ${label}`;
      button.classList.toggle("resound-playing", playing);
    },
    // tells whether it is another sound than before
    take(told) {
      const samples = toFloats(told.samples);
      const changed = told.rate !== sound.rate || !equal(samples, sound.samples);
      Object.assign(sound, { samples, rate: told.rate });
      label = told.label;
      caption.textContent = told.caption;
      sound.mark(button.classList.contains("resound-playing"));
      return changed;
    },
  };
  button.addEventListener("click", () => press(sound));
  return sound;
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  // a control's keys are its own, not the notebook's around it; the notebook asks the very element that has the focus
  if ("disabled" in element) element.dataset.lmSuppressShortcuts = "true";
  element.append(...children);
  return element;
}

export default { render };
