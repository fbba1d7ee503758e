// HTML in one line each.
const SVG = "http://www.w3.org/2000/svg";

function make(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

function makeSvg(tag, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), attributes, children);
}

// `onclick` and the like are handlers; an attribute that is true has no value, one that is false or missing is left out
function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// JupyterLab's own keys would go to other cells, add some and delete some; only what saves the notebook is let through
function keepKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (!(event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey))) event.stopPropagation();
  });
}

function makeGroup(name, ...children) {
  return make("fieldset", {}, make("legend", {}, name), ...children);
}

// A key that does the same is shown beside the name, and told to screen readers in their own way.
function makeButton(name, key, press, { about, symbol } = {}) {
  const button = make(
    "button",
    { type: "button", title: about, "aria-label": name, "aria-keyshortcuts": key || null },
    ...(symbol ? [make("span", { class: "part-symbol", "aria-hidden": "true" }, symbol)] : []),
    make("span", {}, name),
    ...(key ? [make("kbd", { "aria-hidden": "true" }, key)] : []),
  );
  button.addEventListener("click", () => {
    wakeSound();
    press();
  });
  return button;
}

// A button that has nothing to do looks so, but keeps the focus; pressed all the same it does no harm, and what is on
// its way to the kernel may have given it something to do.
function turn(button, on) {
  button.setAttribute("aria-disabled", String(!on));
}

function makeNumber(name, { value, low, high, step }, attributes = {}) {
  return make("input", {
    type: "number", "aria-label": name, value, min: low, max: high, step: step ?? "any", inputmode: "decimal", ...attributes,
  });
}

// What stands in the field, within its limits; what it began with if that is no number.
function readNumber(input) {
  const typed = Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : Number(input.defaultValue);
  const low = input.min === "" ? -Infinity : Number(input.min);
  const high = input.max === "" ? Infinity : Number(input.max);
  const value = Math.min(Math.max(typed, low), high);
  if (value !== input.valueAsNumber) input.value = value;
  return value;
}

// What keys do on an element, in a list that can be opened.
function makeHelp(keys, element) {
  const id = `keys-${Math.random().toString(36).slice(2)}`;
  element.setAttribute("aria-describedby", id);
  const list = make("dl", { id }, ...keys.flatMap(([key, does]) => [make("dt", {}, key), make("dd", {}, does)]));
  return make("details", { "aria-label": "Keys" }, make("summary", {}, "Keys"), list);
}

// A number at an axis; `part` is its place from 0, the left or the lower end, to 1.
function makeTick(side, part, text) {
  return make("span", { class: "part-tick", style: `${side}: ${100 * part}%` }, text);
}

// 1, 2 or 5 times a power of ten, so that no more than so many fit in.
function roundStep(length, most) {
  const power = 10 ** Math.floor(Math.log10(length / most));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => length / step <= most);
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
