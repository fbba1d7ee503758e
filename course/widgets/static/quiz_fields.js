// What a question is answered in. Each field has an element, and `first`, which takes the focus.

function makeField({ field, unit, choices, begin }, onInput) {
  const kinds = { number: makeNumberField, one: makeChoices, several: makeChoices, words: makeWords, code: makeCode };
  const made = kinds[field]({ unit, choices, begin, several: field === "several" });
  made.element.addEventListener("input", onInput);
  return made;
}

// A text field, for people type `1,025` and `0.5 s`.
function makeNumberField({ unit }) {
  const id = uniqueId();
  const first = make("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", id, "aria-describedby": unit ? `${id}-unit` : null, class: "quiz-number",
  });
  const element = make(
    "div", { class: "quiz-field" },
    make("label", { for: id }, "Your answer"),
    make("span", { class: "quiz-with-unit" }, first, ...(unit ? [make("span", { id: `${id}-unit` }, unit)] : [])),
  );
  return textField(element, first);
}

function makeWords() {
  const id = uniqueId();
  const first = make("textarea", { id, rows: 7 });
  return textField(make("div", { class: "quiz-field" }, make("label", { for: id }, "Your derivation"), first), first);
}

function makeCode({ begin }) {
  const id = uniqueId();
  const first = makeCodeArea({ id, rows: 9, placeholder: begin, "aria-describedby": `${id}-keys` });
  const keys = make("small", { id: `${id}-keys` }, "Tab indents. Escape, then Tab goes on to the button. Ctrl + Enter answers.");
  return textField(make("div", { class: "quiz-field" }, make("label", { for: id }, "Your function"), first, keys), first);
}

function textField(element, first) {
  return {
    element,
    first,
    read: () => ({ text: first.value, places: [] }),
    write: ({ text }) => (first.value = text ?? ""),
    lock: (yes) => (first.readOnly = yes),
  };
}

// Boxes to tick, or one of several; their texts are HTML from Python.
function makeChoices({ choices, several, legend = several ? "Choose all that are right" : "Choose one" }) {
  const name = uniqueId();
  const boxes = choices.map(() => make("input", { type: several ? "checkbox" : "radio", name }));
  const labels = boxes.map((box, place) => {
    return make("label", { class: "quiz-choice" }, box, makeText("span", {}, choices[place]));
  });
  return {
    element: make("fieldset", { class: "quiz-field" }, make("legend", {}, legend), ...labels),
    first: boxes[0],
    read: () => ({ text: "", places: boxes.flatMap((box, place) => (box.checked ? [place] : [])) }),
    write: ({ places }) => boxes.forEach((box, place) => (box.checked = places?.includes(place) ?? false)),
    lock: (yes) => boxes.forEach((box) => (box.disabled = yes && !box.checked)),
  };
}

function uniqueId() {
  return `quiz-${Math.random().toString(36).slice(2)}`;
}

// An element with HTML from Python in it.
function makeText(tag, attributes, html) {
  const element = make(tag, attributes);
  element.innerHTML = html;
  return element;
}
