// The latent pad's half in the browser: a point on a plane, moved by a mouse, a finger or keys, and what is seen and heard
// of it. When an answer is seen and heard, the page is told by the event "resound:shown"; whoever waits for the last of
// several answers looks at the attribute aria-busy.
const STEPS = { small: 1 / 60, large: 1 / 10 };
const PATIENCE = 300;
const FAR = 3;
const HELP = [
  ["Arrows", "move the point"],
  ["Shift + arrows", "move it in larger steps"],
  ["Home", "to the middle"],
  ["Enter, Space", "play, or stop"],
];

export default {
  render({ model, el }) {
    const settings = model.get("settings");
    const view = Math.random().toString(36).slice(2);
    const player = makePlayer();
    let questions = 0;
    let shown = 0;
    let waiting = null;
    let sound = new Float32Array(0);

    const turns = makeTurns((wish) => model.send({ number: `${view}: ${++questions}`, ...wish }));
    const ask = (play = whileMoved.checked) => {
      turns.ask({ point: plane.point, chosen: axes ? axes.chosen : null, play });
      root.setAttribute("aria-busy", "true");
      waiting ??= setTimeout(() => (status.textContent = "Working …"), PATIENCE);
    };

    const plane = makePlane(settings.extent);
    const square = makeSquare(settings);
    const axes = settings.latents ? makeAxesChoice(settings.latents, () => ask()) : null;
    const jump = makeJump((point) => plane.move(point) && ask());

    // listening
    const stop = () => {
      player.stop();
      play.setAttribute("aria-pressed", "false");
    };
    const start = () => {
      stop();
      if (player.play(sound, model.get("answer").rate, stop)) play.setAttribute("aria-pressed", "true");
    };
    const isPlaying = () => play.getAttribute("aria-pressed") === "true";
    const press = () => (isPlaying() ? stop() : start());
    const play = makeButton("Play", "Space", press, { symbol: "▶", about: "Play the sound, or stop it" });
    const middle = makeButton("Middle", "Home", () => plane.move([0, 0]) && ask(), { about: "Move the point to the middle" });
    const whileMoved = make("input", { type: "checkbox", checked: true });

    const status = make("p", { class: "part-status", role: "status" }, "Decoding …");
    const root = make(
      "div",
      // JupyterLab's own keys would add cells and delete them
      { class: "resound-parts resound-pad", role: "group", "aria-label": "Latent pad" },
      make(
        "div", { class: "part-bar" },
        make("div", { class: "part-buttons" }, play, middle),
        make("label", { class: "part-check" }, whileMoved, " play while dragging"),
        ...(axes ? axes.labels : []),
        jump.label,
      ),
      make("div", { class: "pad-body" }, plane.figure, square.figure),
      status,
      makeHelp(HELP, plane.area),
    );

    keepKeys(root);
    dragPoint(plane, settings.extent, () => ask());
    plane.area.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const to = pointAfterKey(event, plane.point, settings.extent);
      const plays = event.key === " " || event.key === "Enter";
      if (to === null && !plays) return;
      event.preventDefault();
      wakeSound();
      if (to !== null) plane.move(to) && ask();
      else if (!event.repeat) press();
    });
    root.addEventListener("change", wakeSound);

    const hear = () => {
      const answer = model.get("answer");
      const mine = answer.number === `${view}: ${questions}`;
      if (mine) turns.answered();
      // what a hand has moved since then is to stay where it is
      if (!turns.busy) {
        plane.move(answer.point);
        axes?.set(answer.chosen);
        clearTimeout(waiting);
        waiting = null;
      }
      plane.draw(answer);
      jump.show(answer.marks, plane.point);
      square.draw(answer);
      status.textContent = answer.caption;
      const samples = toFloats(answer.samples);
      if (!equal(samples, sound)) stop();
      sound = samples;
      turn(play, sound.length > 0);
      if (mine && answer.play && answer.fits) start();
      tellShown(answer);
    };
    const tellShown = async (answer) => {
      const number = ++shown;
      const heard = { sounding: isPlaying(), heardAt: performance.now() };
      await painted();
      const detail = { answer, ...heard, seenAt: performance.now() };
      root.dispatchEvent(new CustomEvent("resound:shown", { bubbles: true, detail }));
      if (number === shown) root.setAttribute("aria-busy", String(turns.busy));
    };

    el.append(root);
    model.on("change:answer", hear);
    // inside another widget nobody has asked yet
    if (model.get("answer").point) hear();
    else ask(false);
    return () => {
      model.off("change:answer", hear);
      clearTimeout(waiting);
      stop();
    };
  },
};

// Where a key leads; null for other keys.
function pointAfterKey({ key, shiftKey }, [x, y], extent) {
  if (key === "Home") return [0, 0];
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
  if (way === undefined) return null;
  const step = 2 * extent * (shiftKey ? STEPS.large : STEPS.small);
  // from one multiple of a step to the next, so that the middle is met again
  return [x, y].map((value, index) => (way[index] ? (Math.round(value / step) + way[index]) * step : value));
}

// Drag the point; a press on a place's mark goes right to it. Where it was pressed already, it is heard again.
function dragPoint({ area, move }, extent, ask) {
  let from = null;
  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = area.getBoundingClientRect();
    return [((2 * (clientX - left)) / width - 1) * extent, (1 - (2 * (clientY - top)) / height) * extent];
  };
  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    wakeSound();
    const mark = event.target.closest(".pad-mark");
    area.setPointerCapture(event.pointerId);
    from = { x: event.clientX, y: event.clientY, stays: mark !== null };
    move(mark ? mark.place : place(event));
    ask();
  });
  area.addEventListener("pointermove", (event) => {
    if (from === null) return;
    if (from.stays && Math.hypot(event.clientX - from.x, event.clientY - from.y) <= FAR) return;
    from.stays = false;
    if (move(place(event))) ask();
  });
  for (const end of ["pointerup", "pointercancel"]) area.addEventListener(end, () => (from = null));
}

// Which two latents x and y stand for. What the other one has is exchanged.
function makeAxesChoice(latents, onChange) {
  const options = () => Array.from({ length: latents }, (_, index) => make("option", {}, `latent ${index}`));
  const selects = ["across", "up"].map((name) => make("select", { "aria-label": name }, ...options()));
  const choice = {
    labels: selects.map((select) => make("label", { class: "pad-choice" }, `${select.getAttribute("aria-label")} `, select)),
    chosen: [0, 1],
    set(chosen) {
      choice.chosen = chosen;
      selects.forEach((select, index) => (select.selectedIndex = chosen[index]));
    },
  };
  selects.forEach((select, index) => select.addEventListener("change", () => {
    const [before, other] = [choice.chosen[index], choice.chosen[1 - index]];
    const mine = select.selectedIndex;
    const others = mine === other ? before : other;
    choice.set(index === 0 ? [mine, others] : [others, mine]);
    onChange();
  }));
  return choice;
}

// The places by their names.
function makeJump(onJump) {
  const select = make("select", { "aria-label": "place" });
  const label = make("label", { class: "pad-choice" }, "place ", select);
  let marks = [];
  select.addEventListener("change", () => select.selectedIndex > 0 && onJump(marks[select.selectedIndex - 1].point));
  return {
    label,
    show(toShow, point) {
      label.hidden = toShow.length === 0;
      if (String(toShow.map(({ name }) => name)) !== String(marks.map(({ name }) => name))) {
        select.replaceChildren(make("option", {}, "choose …"), ...toShow.map(({ name }) => make("option", {}, name)));
      }
      marks = toShow;
      const isHere = ({ point: place }) => place.every((value, index) => value === point[index]);
      // of several at one point, the one that was chosen
      if (select.selectedIndex < 1 || !isHere(marks[select.selectedIndex - 1])) select.selectedIndex = marks.findIndex(isHere) + 1;
    },
  };
}
