// A table of levels as colours.

// one pixel a cell; the page makes it as large as it likes
function paint(canvas, levels, bands, colours) {
  const frames = levels.length / bands;
  const image = new ImageData(frames, bands);
  for (let band = 0; band < bands; band++) {
    for (let frame = 0; frame < frames; frame++) {
      const from = 3 * levels[band * frames + frame];
      const to = 4 * ((bands - 1 - band) * frames + frame);
      image.data[to] = colours[from];
      image.data[to + 1] = colours[from + 1];
      image.data[to + 2] = colours[from + 2];
      image.data[to + 3] = 255;
    }
  }
  canvas.width = frames;
  canvas.height = bands;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// The palette from its darkest to its brightest colour, for a scale.
function gradient(palette) {
  const colours = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) => 3 * Math.round((255 * k) / 8));
  return `linear-gradient(to right, ${colours.map((from) => `rgb(${palette.slice(from, from + 3).join(", ")})`).join(", ")})`;
}

function toBytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
