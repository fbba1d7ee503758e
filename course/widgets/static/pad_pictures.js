// What the latent pad shows: a plane with a point on it, and a mel spectrogram. All places are parts of the whole, so that
// a narrower page needs nothing redrawn, and lines and letters have the page's colours.
const MOST_TICKS = 8;

// The plane, its axes, the prior's circle, the places, and the point.
function makePlane(extent) {
  const part = (value) => (value + extent) / (2 * extent);
  const at = ([x, y]) => `left: ${100 * part(x)}%; bottom: ${100 * part(y)}%`;
  const ticks = ticksBetween(-extent, extent);
  const circle = makeSvg("path", { class: "pad-circle" });
  const lines = ticks.map((tick) => {
    const [across, down] = [100 * part(tick), 100 * (1 - part(tick))];
    return makeSvg("path", { class: tick === 0 ? "pad-axis" : "pad-grid", d: `M${across} 0V100M0 ${down}H100` });
  });
  const svg = makeSvg("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" }, ...lines, circle);
  const marks = make("div", { "aria-hidden": "true" });
  const point = make("span", { class: "pad-point", "aria-hidden": "true" });
  const note = make("span", { class: "pad-note", "aria-hidden": "true" }, "circle: one standard deviation of the prior");
  const area = make("div", { class: "part-area pad-plane", role: "application", tabindex: 0 }, svg, marks, note, point);
  const named = ticks.map((tick) => [part(tick), inWords(tick)]);
  const { figure, name } = makeFigure(area, named, named);
  let names = ["", ""];
  const plane = {
    area, figure, point: [0, 0],
    // tells whether it is another point than before
    move(to) {
      const before = plane.point;
      plane.point = to.map((value) => clamp(value, -extent, extent));
      point.style = at(plane.point);
      const told = plane.point.map((value, index) => `${names[index]} at ${inWords(value)}`).join(", ");
      area.setAttribute("aria-label", `Latent plane. ${told}`);
      return before.some((value, index) => value !== plane.point[index]);
    },
    draw(answer) {
      names = answer.names;
      name(`${names[0]} →`, `↑ ${names[1]}`);
      const corners = answer.circle.map(([x, y]) => `${100 * part(x)} ${100 * (1 - part(y))}`);
      circle.setAttribute("d", `M${corners.join("L")}Z`);
      marks.replaceChildren(...answer.marks.map((mark) => {
        const side = mark.point[0] > 0.4 * extent ? "pad-mark pad-left" : "pad-mark";
        const element = make("span", { class: side, style: at(mark.point) }, make("span", {}, mark.name));
        element.place = mark.point;
        return element;
      }));
      plane.move(plane.point);
    },
  };
  return plane;
}

// The decoded mel spectrogram, and the scale of its colours.
function makeSquare({ palette, range }) {
  const colours = toBytes(palette);
  const canvas = make("canvas", { role: "img", "aria-label": "Mel spectrogram: nothing yet" });
  const area = make("div", { class: "part-area" }, canvas);
  const { figure, name, tick } = makeFigure(area, [], []);
  const [low, high] = [make("span"), make("span")];
  const scale = make("span", { class: "part-scale", style: `background: ${gradient(colours)}` });
  figure.append(make("p", { class: "part-legend" }, low, scale, high));
  return {
    figure,
    draw({ shape: [bands, frames], levels, top, rate, samples, fits }) {
      figure.classList.toggle("pad-old", !fits);
      figure.classList.toggle("pad-empty", bands === 0);
      if (bands === 0) return;
      paint(canvas, toBytes(levels), bands, colours);
      const seconds = samples.byteLength / 4 / rate;
      const told = `${frames} frames${seconds ? ` in ${seconds.toFixed(2)} s` : ""}`;
      name(`frame → (${told})`, "↑ mel band");
      const middles = (count) => ticksBetween(0, count - 1).map((tick) => [(tick + 0.5) / count, String(tick)]);
      tick(middles(frames), middles(bands));
      low.textContent = `${inWords(top - range)} dB`;
      high.textContent = `${inWords(top)} dB`;
      canvas.setAttribute("aria-label", `Mel spectrogram, ${bands} bands, ${told}`);
    },
  };
}

// A picture with numbers at its axes and their names.
function makeFigure(area, across, up) {
  const names = [make("span", { class: "pad-name" }), make("span", { class: "pad-name" })];
  const upright = make("div", { class: "part-axis", "aria-hidden": "true" });
  const level = make("div", { class: "part-across", "aria-hidden": "true" });
  const tick = (toAcross, toUp) => {
    level.replaceChildren(...toAcross.map(([part, text]) => makeTick("left", part, text)));
    upright.replaceChildren(...toUp.map(([part, text]) => makeTick("bottom", part, text)));
  };
  tick(across, up);
  const figure = make(
    "div", { class: "pad-figure" }, names[1], make("div", { class: "part-row" }, upright, area, make("span"), level), names[0],
  );
  const name = (toAcross, toUp) => [toAcross, toUp].forEach((text, index) => (names[index].textContent = text));
  return { figure, name, tick };
}

function ticksBetween(low, high) {
  const step = roundStep(Math.max(high - low, 1e-9), MOST_TICKS);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

function inWords(number) {
  return String(Number(number.toPrecision(3))).replace("-", "−");
}
