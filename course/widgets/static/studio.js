// The warp studio's half in the browser: a box on a picture, buttons and keys that edit it, and what is heard of it.
const KEYS = { mute: "M", gain: "G", reverse: "R", mirror: "I", shift: "S", stretch: "T", warp: "W" };
const SYMBOLS = { mute: "∅", gain: "±", reverse: "⇄", mirror: "⇅", shift: "↥", stretch: "↔", warp: "≈" };
const OWN_KEY = "F";
const PATIENCE = 300;
const HELP = [
  ["Arrows", "move the box"],
  ["Shift + arrows", "make it longer, shorter, higher, lower"],
  ["Home, End, Page up, Page down", "move it to an edge; with Shift, let it grow to there"],
  ["Esc", "choose everything"],
  ["Space", "on the picture: play the edited voice, or stop"],
  ["A, B", "play the original, the edited voice"],
  ["Z, Y, X", "undo, redo, reset"],
  ["M, G, R, I, S, T, W, F", "the edits, as on their buttons"],
];

export default {
  render({ model, el }) {
    const settings = model.get("settings");
    const view = Math.random().toString(36).slice(2);
    const player = makePlayer();
    const sounds = { original: new Float32Array(0), edited: new Float32Array(0) };
    let waiting = null;
    let isOpen = false;

    // what was asked for while the kernel was busy is sent together, in its order, and answered once
    let commands = [];
    const turns = makeTurns(() => {
      model.send({ commands, view });
      commands = [];
    });
    const ask = (command) => {
      commands.push(command);
      turns.ask(true);
      waiting ??= setTimeout(() => {
        root.setAttribute("aria-busy", "true");
        done.textContent = "Working …";
      }, PATIENCE);
    };

    const pictures = makePictures(settings);
    const place = make("span");
    const done = make("span", {}, "Making the pictures …");
    const box = makeBox(1, settings.edges.length - 1, () => {
      fields.show();
      pictures.showBox(box);
      place.textContent = box.isWhole ? "Box: everything." : `Box: ${boxInWords(box, settings)}.`;
      pictures.describe(`Mel spectrogram of the edited voice. ${place.textContent}`);
    });
    const fields = makeBoxFields(box, settings);
    dragBox(pictures.canvas, box);

    // listening
    const play = (which) => {
      const begun = player.play(sounds[which], settings.rate, rest);
      if (!begun) return;
      pictures.follow(which, sounds[which].length / settings.rate);
      for (const [name, button] of Object.entries(listen)) button.setAttribute("aria-pressed", String(name === which));
    };
    const rest = () => {
      player.stop();
      pictures.rest();
      for (const button of Object.values(listen)) button.setAttribute("aria-pressed", "false");
    };
    const isPlaying = () => Object.values(listen).some((button) => button.getAttribute("aria-pressed") === "true");
    const listen = {
      original: makeButton("Original", "A", () => play("original"), { symbol: "▶", about: "Play the original" }),
      edited: makeButton("Edited", "B", () => play("edited"), { symbol: "▶", about: "Play the edited voice" }),
    };
    const stop = makeButton("Stop", "", rest, { symbol: "■" });
    const atOnce = make("input", { type: "checkbox", checked: true });

    // editing
    const editors = settings.edits.map((edit) => makeEditor(edit, (values) => {
      ask({ do: "edit", name: edit.name, box: box.values, values });
    }));
    const builtIn = editors.filter(({ edit }) => !edit.own);
    const own = editors.filter(({ edit }) => edit.own);
    const ownTools = own.length ? makeOwnTools(own) : null;
    const history = {
      undo: makeButton("Undo", "Z", () => ask({ do: "undo" })),
      redo: makeButton("Redo", "Y", () => ask({ do: "redo" })),
      reset: makeButton("Reset", "X", () => ask({ do: "reset" }), { about: "Take back all edits" }),
    };
    const steps = make("ol", { "aria-label": "Edits so far" });
    const keys = {
      a: listen.original, b: listen.edited, z: history.undo, y: history.redo, x: history.reset,
      ...Object.fromEntries(builtIn.map(({ edit, button }) => [KEYS[edit.name].toLowerCase(), button])),
      ...(ownTools && { [OWN_KEY.toLowerCase()]: ownTools.button }),
    };

    const help = makeHelp(HELP, pictures.canvas);
    const all = makeButton("Everything", "Esc", () => box.whole(), { about: "Choose the whole picture" });
    all.setAttribute("aria-keyshortcuts", "Escape");
    const root = make(
      "div",
      // JupyterLab's own keys would add cells and delete them
      { class: "resound-parts resound-studio", role: "group", "aria-label": "Warp studio" },
      make(
        "div", { class: "studio-body" },
        make(
          "div", {},
          make(
            "div", { class: "part-bar" },
            make("div", { class: "part-buttons", role: "group", "aria-label": "Listen" }, listen.original, listen.edited, stop),
            make("label", { class: "part-check" }, atOnce, " play each edit"),
          ),
          pictures.all,
          makeGroup("Box", make("div", { class: "studio-fields" }, ...fields.labels, all)),
          make("p", { class: "part-status", role: "status", "aria-atomic": "false" }, done, " ", place),
        ),
        make(
          "div", { class: "studio-tools" },
          makeGroup("Edit the box", make("div", { class: "studio-edits" }, ...builtIn.map(({ tool }) => tool))),
          ...(ownTools ? [ownTools.group] : []),
          makeGroup("Edits so far", make("div", { class: "part-buttons" }, history.undo, history.redo, history.reset), steps),
        ),
      ),
      help,
    );

    keepKeys(root);
    root.addEventListener("keydown", (event) => {
      const typing = event.target.closest("select, input:not([type=checkbox])") !== null;
      const command = event.ctrlKey || event.metaKey;
      const name = event.key.toLowerCase();
      const handled = () => {
        event.preventDefault();
        wakeSound();
      };
      if (event.altKey || typing || (command && name !== "z" && name !== "y")) return;
      if (event.key === "Escape") {
        handled();
        box.whole();
      } else if (event.target === pictures.canvas && keyOnBox(box, event.key, event.shiftKey)) {
        handled();
      } else if (event.target === pictures.canvas && event.key === " ") {
        handled();
        if (isPlaying()) rest();
        else play("edited");
      } else if (keys[name] && !event.repeat) {
        handled();
        (command && event.shiftKey && name === "z" ? history.redo : keys[name]).click();
      }
    });

    const receive = (content, buffers) => {
      const answersThis = content.view === view;
      if (content.kind === "original") {
        const [palette, levels, samples] = buffers;
        pictures.showOriginal(toBytes(palette), toBytes(levels));
        sounds.original = toFloats(samples);
        return;
      }
      if (content.changed) {
        sounds.edited = toFloats(buffers[1]);
        box.fit(pictures.showEdited(toBytes(buffers[0]), sounds.edited, content.caption));
        if (isOpen && answersThis && atOnce.checked) play("edited");
        isOpen = true;
      }
      showSteps(steps, content.steps);
      turn(history.undo, content.steps.some((step) => step.done));
      turn(history.reset, content.steps.some((step) => step.done));
      turn(history.redo, content.steps.some((step) => !step.done));
      done.textContent = content.caption;
      if (answersThis) {
        clearTimeout(waiting);
        waiting = null;
        root.removeAttribute("aria-busy");
        turns.answered();
      }
    };
    model.on("msg:custom", receive);
    el.append(root);
    ask({ do: "begin" });
    return () => {
      model.off("msg:custom", receive);
      clearTimeout(waiting);
      rest();
    };
  },
};

function boxInWords({ start, stop, first, last }, { rate, hop, edges }) {
  const seconds = (frame) => ((frame * hop) / rate).toFixed(2);
  return `${seconds(start)} to ${seconds(stop)} s, ${edges[first].toFixed(0)} to ${edges[last + 1].toFixed(0)} Hz`;
}

// A button with the numbers that its edit needs; Enter in a field presses it.
function makeEditor(edit, apply) {
  const title = edit.own ? edit.name : edit.name[0].toUpperCase() + edit.name.slice(1);
  const inputs = edit.numbers.map((number) => {
    const input = makeNumber(`${edit.own ? number.name : title}${number.unit ? ` (${unitName(number)})` : ""}`, number);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") run();
    });
    return { input, number };
  });
  const run = () => {
    wakeSound();
    apply(Object.fromEntries(inputs.map(({ input, number }) => [number.name, readNumber(input)])));
  };
  const shown = inputs.map(({ input, number }) => make(
    "label", {}, ...(edit.own ? [make("span", {}, number.name)] : []), input, make("small", { "aria-hidden": "true" }, edit.own ? "" : number.unit),
  ));
  if (edit.own) return { edit, run, shown };
  const button = makeButton(title, KEYS[edit.name], run, { about: edit.about, symbol: SYMBOLS[edit.name] });
  return { edit, run, button, tool: make("div", { class: "studio-tool" }, button, ...shown) };
}

function unitName({ unit }) {
  return unit === "×" ? "factor" : unit;
}

// A student's own functions: choose one, set its numbers, apply it.
function makeOwnTools(editors) {
  const select = make("select", { "aria-label": "Your function" }, ...editors.map(({ edit }) => make("option", {}, edit.name)));
  const numbers = make("div", { class: "studio-numbers" });
  const note = make("small", { class: "studio-note" });
  const chosen = () => editors[select.selectedIndex];
  const show = () => {
    const { edit, shown } = chosen();
    numbers.replaceChildren(...shown);
    note.textContent = edit.from_box.length ? `From the box: ${edit.from_box.join(", ")}.` : "Works on everything, not only on the box.";
  };
  select.addEventListener("change", show);
  show();
  const button = makeButton("Apply", OWN_KEY, () => chosen().run(), { symbol: "ƒ" });
  const group = makeGroup("Your functions", make("div", { class: "studio-own" }, select, button), numbers, note);
  return { button, group };
}

function showSteps(list, steps) {
  const items = steps.map(({ told, done }) => make("li", done ? {} : { class: "studio-undone" }, told, ...(done ? [] : [" (undone)"])));
  list.replaceChildren(...(items.length ? items : [make("li", { class: "studio-none" }, "none yet")]));
}
