"""Pictures: axes with units, words for those who can't see them, every value at its place, and none drawn twice."""

import io
import re
import subprocess
import sys
from html import unescape
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread
from matplotlib.text import Text

from course import memo, plot
from course.plot import draw
from course.plot.values import GAP, from_steps

RATE = 8000
LONG = "A title that goes on and on, for somebody had much to say about what is to be seen, and then some more of it."


def cells(n_bins=33, n_frames=20, seed=1):
    """A spectrogram in dB."""
    return np.random.default_rng(seed).uniform(-80, 0, (n_bins, n_frames))


def alt_of(picture):
    return unescape(re.search(r'<img alt="([^"]*)"', picture._repr_html_())[1])


def words_on(picture):
    """Every text that is drawn, in one line each."""
    return [text.get_text().replace("\n", " ") for text in draw.figure(picture.sheet).findobj(Text)]


def titles(picture):
    return [panel.title for panel in picture.sheet.panels]


def line_of(panel, index=0):
    """The points of a line: float [2, n_points]."""
    line = panel.lines[index]
    return np.stack([from_steps(line.x, panel.x.low, panel.x.high), from_steps(line.y, panel.y.low, panel.y.high)])


def colour_at(picture, x, y, panel=0):
    """The drawn pixel at a place of a panel: red, green and blue, from 0 to 1."""
    pixels, panel = imread(io.BytesIO(picture.png())), picture.sheet.panels[panel]
    column = panel.box.left + int((x - panel.x.low) / panel.x.length * panel.box.width)
    row = panel.box.bottom + int((y - panel.y.low) / panel.y.length * panel.box.height)
    return pixels[pixels.shape[0] - 1 - row, column, :3]


def brightness_at(picture, x, y):
    return colour_at(picture, x, y).mean()


PICTURES = {
    "waveform": lambda: plot.waveform(np.sin(np.arange(800) / 9), "A tone.", RATE),
    "curves": lambda: plot.curves(
        np.arange(64), {"yours": np.hanning(64), "theirs": np.hamming(64)}, "Two windows.", "sample n", "w[n]"
    ),
    "spectrogram": lambda: plot.spectrogram(cells(), "A chirp.", 16, RATE),
    "spectrograms": lambda: plot.spectrograms({"Short.": (cells(), 16), "Long.": (cells(65, 9), 32)}, RATE),
    "four spectrograms": lambda: plot.spectrograms({f"Number {n}.": (cells(seed=n), 16) for n in range(4)}, RATE),
    "curves beside": lambda: plot.curves_beside(
        {f"Tone {n}.": (np.arange(64), n * np.sin(np.arange(64) / 9)) for n in range(1, 5)}, "sample n", "x[n]"
    ),
    "cells": lambda: plot.cells({"A matrix.": cells(7, 9), "Another.": cells(7, 5)}, "column", "row", "weight"),
    "difference": lambda: plot.difference(cells(), cells() + 1, ("bin", "frame")),
    "difference of lines": lambda: plot.difference(np.hanning(64), np.hamming(64), ("sample",)),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_picture_has_labelled_axes_a_title_and_alt_text(kind):
    """On each of its panels; the same words in HTML and in plain text."""
    picture = PICTURES[kind]()
    for panel in picture.sheet.panels:
        assert panel.title and panel.x.label and panel.y.label
        assert {panel.title, panel.x.label, panel.y.label} <= set(words_on(picture))
        assert len(panel.x.ticks) > 1 and len(panel.y.ticks) > 1
    assert len(alt_of(picture)) > 20 and repr(picture) == alt_of(picture)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_a_png_that_fits_its_cell(kind):
    """Not blank, the same bytes from the same values, and no wider than the page."""
    picture, again = PICTURES[kind](), draw.png(PICTURES[kind]().sheet)
    assert imread(io.BytesIO(again)).std() > 0.01
    assert picture.png() == again
    assert "max-width:100%" in picture._repr_html_()


@pytest.mark.parametrize(
    "kind, x_label, y_label",
    [
        ("waveform", "time in s", "amplitude (1 = full scale)"),
        ("curves", "sample n", "w[n]"),
        ("spectrogram", "time in s", "frequency in Hz"),
        ("spectrograms", "time in s", "frequency in Hz"),
        ("four spectrograms", "time in s", "frequency in Hz"),
        ("curves beside", "sample n", "x[n]"),
        ("cells", "column", "row"),
        ("difference", "frame", "bin"),
        ("difference of lines", "sample", "value"),
    ],
)
def test_axes_tell_what_they_are_and_their_unit(kind, x_label, y_label):
    """Time in s, frequency in Hz; the lesson's own axes where two results are compared."""
    for panel in PICTURES[kind]().sheet.panels:
        assert (panel.x.label, panel.y.label) == (x_label, y_label)


def test_colours_of_a_spectrogram_have_a_scale_with_its_unit():
    """dB, or what else they stand for, in the picture and in its alt text."""
    for scale in ("level in dB", "magnitude"):
        picture = plot.spectrogram(cells(), "A chirp.", 16, RATE, scale=scale)
        assert scale in words_on(picture) and scale in picture.alt
        bar = picture.sheet.panels[0].scale
        assert set(bar.tick_labels) <= set(words_on(picture)) and len(bar.ticks) > 2


def test_lines_differ_in_style_and_not_only_in_colour():
    """And a legend names them; a single line without a name needs none."""
    figure = draw.figure(PICTURES["curves"]().sheet)
    styles = {line.get_label(): line.get_linestyle() for line in figure.findobj(matplotlib.lines.Line2D)}
    assert styles["yours"] != styles["theirs"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["yours", "theirs"]
    assert not draw.figure(PICTURES["waveform"]().sheet).legends


@pytest.mark.parametrize("busy", [(0, 1), (0, -1), (1, 0), (-1, 0)])
def test_the_legend_keeps_out_of_the_way_of_lines(busy):
    """It stands in a corner that is empty, whichever half of the picture is full."""
    x, wave = np.arange(1000), np.tile([0.0, 1.0], 500)
    right, up = busy
    y = np.where(x * right >= 500 * right, wave, 0.5) if right else 2 + up * (1 + wave)
    picture = plot.curves(x, {"a line": y, "its ends": np.linspace(0, 4, 1000) * bool(up)}, "t", "x", "y")
    figure = draw.figure(picture.sheet)
    FigureCanvasAgg(figure).draw()
    (legend,) = figure.legends
    words = legend.get_texts()[0].get_window_extent()
    crossed = [words.contains(*point) for line in figure.artists if line.get_label() for point in line.get_xydata()]
    assert not any(crossed)


@pytest.mark.parametrize(
    "draw_it",
    [
        lambda: plot.waveform(..., "Yours."),
        lambda: plot.curves(np.arange(4), {"yours": ...}, "Yours.", "x", "y"),
        lambda: plot.spectrogram(..., "Yours.", 16),
        lambda: plot.spectrograms({"Theirs.": (cells(), 16), "Yours.": (..., 16)}),
    ],
)
def test_what_a_stub_has_not_computed_is_a_note(draw_it):
    """No error below an untouched exercise, in neither form."""
    picture = draw_it()
    assert "Nothing to draw yet" in repr(picture)
    assert "Nothing to draw yet" in picture._repr_html_() and "<img" not in picture._repr_html_()


def test_lines_that_are_there_are_drawn_beside_a_stub():
    """The library's curve waits for nobody."""
    picture = plot.curves(np.arange(4), {"yours": ..., "theirs": np.ones(4)}, "Both.", "x", "y")
    assert [line.name for line in picture.sheet.panels[0].lines] == ["theirs"]


def test_a_waveform_stands_at_its_time():
    """From 0 s on; a stretch keeps the times of the whole."""
    amplitudes = np.arange(RATE) / RATE
    whole = plot.waveform(amplitudes, "A ramp.", RATE)
    stretch = plot.waveform(amplitudes, "A ramp.", RATE, start=0.25, end=0.5)
    for picture, first, last in ((whole, 0, 1 - 1 / RATE), (stretch, 0.25, 0.5 - 1 / RATE)):
        seconds, drawn = line_of(picture.sheet.panels[0])
        np.testing.assert_allclose(seconds[[0, -1]], [first, last], atol=1e-6)
        np.testing.assert_allclose(seconds, drawn, atol=2e-6)


@pytest.mark.parametrize("frame, bin_", [(0, 0), (0, 10), (7, 10), (19, 10), (19, 32)])
def test_a_cell_is_drawn_at_its_time_and_frequency(frame, bin_):
    """Frame t at t hops, bin k at k times the distance of bins; its neighbours are dark."""
    values = np.full((33, 20), -80.0)
    values[bin_, frame] = 0.0
    picture = plot.spectrogram(values, "One cell.", 160, RATE)
    seconds, hertz = 160 / RATE, RATE / 64
    # a quarter of a cell inwards, for the outermost cells are cut at the axes
    inwards = 0.25 * hertz * (1 if bin_ < 16 else -1)
    assert brightness_at(picture, frame * seconds, bin_ * hertz + inwards) > 0.9
    for other in {frame - 1, frame + 1} & set(range(20)):
        assert brightness_at(picture, other * seconds, bin_ * hertz + inwards) < 0.1
    # beside the axes' own line at the lowest pixel
    for other in {bin_ - 1, bin_ + 1} & set(range(33)):
        assert brightness_at(picture, frame * seconds, other * hertz + inwards) < 0.1


def test_a_number_stands_beside_its_value():
    """Numbers and cells are on one scale: the only bright cell lies above its frame's number, and beside its bin's."""
    values = np.zeros((14, 14))
    values[10, 10] = 1
    picture = plot.difference(values, values[:, :8], ("bin", "frame"))
    figure = draw.figure(picture.sheet)
    FigureCanvasAgg(figure).draw()
    beneath, beside = [text.get_window_extent() for text in figure.texts if text.get_text() == "10"][:2]
    panel = picture.sheet.panels[0]
    assert 10 in panel.x.ticks and 10 in panel.y.ticks
    pixels = imread(io.BytesIO(picture.png()))[::-1].mean(axis=2)
    inside = pixels[panel.box.bottom + 3 : panel.box.top, panel.box.left + 3 : panel.box.right]
    row, column = (np.mean(bright) + 3.5 for bright in np.nonzero(inside > 0.8))
    assert abs((beneath.x0 + beneath.x1) / 2 - panel.box.left - column) < 2
    assert abs((beside.y0 + beside.y1) / 2 - panel.box.bottom - row) < 2


def test_the_frequency_axis_ends_at_half_the_rate_or_lower():
    """As asked for."""
    for top, asked in ((RATE / 2, None), (900, 900)):
        hertz = plot.spectrograms({"t": (cells(), 16)}, RATE, top_hz=asked).sheet.panels[0].y
        assert (hertz.low, hertz.high) == (0, top)


def test_spectrograms_beside_each_other_share_their_colours():
    """The quiet one is darker: the scale goes from the lowest of both to the highest of both."""
    pair = plot.spectrograms({"Loud.": (cells(), 16), "Quiet.": (cells() - 40, 16)}, RATE)
    loud, quiet = pair.sheet.panels
    assert loud.scale is None
    np.testing.assert_allclose([quiet.scale.low, quiet.scale.high], [cells().min() - 40, cells().max()], atol=1e-4)
    place = loud.box
    assert (place.width, place.height) == (quiet.box.width, quiet.box.height)
    assert np.all(quiet.levels < loud.levels) and quiet.levels.min() == 0 and loud.levels.max() == 254


@pytest.mark.parametrize("kind", ["four spectrograms", "curves beside"])
def test_four_panels_stand_two_by_two(kind):
    """In the order of reading, equally large, one below the other, though a bar stands beside the last one only."""
    boxes = [panel.box for panel in PICTURES[kind]().sheet.panels]
    first, second, third, fourth = boxes
    assert len({(box.width, box.height) for box in boxes}) == 1
    assert first.left == third.left < second.left and second.bottom == first.bottom > third.top
    assert fourth.bottom == third.bottom and fourth.left == second.left


def test_curves_beside_each_other_share_their_axes():
    """So that loud and quiet can be told apart."""
    panels = PICTURES["curves beside"]().sheet.panels
    assert len({(panel.x.low, panel.x.high, panel.y.low, panel.y.high) for panel in panels}) == 1
    assert np.ptp(line_of(panels[0])[1]) * 4 == pytest.approx(np.ptp(line_of(panels[3])[1]), rel=1e-3)


def test_a_cell_of_a_table_stands_at_its_row_and_column():
    """Row 0 at the bottom; steps give the axes their units."""
    table = np.zeros((4, 5))
    table[1, 3] = 1.0
    picture = plot.cells({"One.": table}, "time in s", "mel band", "power", x_step=0.5)
    assert brightness_at(picture, 1.5, 1) > 0.9 > 0.1 > brightness_at(picture, 1.5, 2)
    assert brightness_at(picture, 1.0, 1) < 0.1
    assert (picture.sheet.panels[0].x.low, picture.sheet.panels[0].x.high) == (-0.25, 2.25)


def test_silence_has_a_scale_of_colours():
    """Where all values are equal, the scale still has two ends, and they are the darkest."""
    for noise in (0, 1e-14 * cells()):
        picture = plot.spectrogram(np.full((33, 20), -80.0) + noise, "Silence.", 16, RATE)
        scale = picture.sheet.panels[0].scale
        assert scale.low == -80 < scale.high
        assert brightness_at(picture, 0.02, 2000) < 0.1


def lightness(colours):
    """CIE lightness L* of sRGB colours [n, 3]."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return 116 * np.where(luminance > 0.008856, np.cbrt(luminance), 7.787 * luminance + 16 / 116) - 16


def test_the_colour_map_survives_grey_print():
    """Lightness rises all the way, and evenly: no step is three times the average."""
    colours = matplotlib.colormaps[plot.COLOUR_MAP](np.linspace(0, 1, 64))[:, :3]
    steps = np.diff(lightness(colours))
    assert steps.min() > 0 and steps.max() < 3 * steps.mean()
    assert steps.sum() > 80


@pytest.mark.parametrize(
    "values",
    [
        np.full((33, 20), -80.0),
        np.zeros((33, 20)),
        cells(33, 1),
        cells(1, 20),
        np.zeros((2, 1)),
        cells().astype(np.float32),
        cells().astype(int),
        cells() > -40,
        cells().tolist(),
        np.where(cells() < -40, -np.inf, cells()),
        np.full((33, 20), np.nan),
        np.full((33, 20), np.inf),
        cells() * 1e300,
        cells() * 1e-300,
        1e9 + cells(),
    ],
    ids=[
        "silent", "constant", "one frame", "one bin", "two cells", "float32", "integers", "truth values", "lists",
        "infinite", "NaN", "all infinite", "huge", "tiny", "far off",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_unusual_values_are_drawn(values):
    """Without an error and without a warning, as cells, as lines, and compared."""
    row = np.asarray(values).ravel()
    for picture in (
        plot.spectrogram(values, "Unusual.", 16, RATE),
        plot.curves(np.arange(len(row)), {"yours": row}, "Unusual.", "x", "y"),
        plot.curves(row, {"yours": row}, "Unusual.", "x", "y"),
        plot.difference(values, cells(), ("bin", "frame")),
        plot.difference(row, -row.astype(float), ("bin",)),
    ):
        assert draw.png(picture.sheet).startswith(b"\x89PNG")


def test_a_difference_of_cells_shows_expected_yours_and_how_they_differ():
    """Three panels; each cell of the third has the colour of the distance between the first two."""
    expected, actual = cells(12, 8), cells(12, 8, seed=2)
    picture = plot.difference(expected, actual, ("bin", "frame"))
    assert titles(picture) == ["expected", "yours", "difference"]
    apart = np.abs(actual - expected)
    of_map = matplotlib.colormaps[plot.COLOUR_MAP]((apart - apart.min()) / np.ptp(apart))[..., :3]
    for row, column in np.ndindex(apart.shape):
        np.testing.assert_allclose(colour_at(picture, column, row, panel=2), of_map[row, column], atol=0.03)


def test_a_difference_of_lines_shows_expected_yours_and_how_they_differ():
    """Three panels; the first two have one scale, the third is zero where both agree."""
    expected = np.random.default_rng(2).normal(size=40)
    actual = expected.copy()
    actual[3] += 2
    picture = plot.difference(expected, actual, ("bin",))
    assert titles(picture) == ["expected", "yours", "difference"]
    for panel, values in zip(picture.sheet.panels, (expected, actual, np.abs(actual - expected)), strict=True):
        np.testing.assert_allclose(line_of(panel), [np.arange(40), values], atol=1e-4)
    first, second, _ = picture.sheet.panels
    assert (first.y.low, first.y.high) == (second.y.low, second.y.high)


def test_complex_results_are_compared_by_their_magnitudes_in_view():
    """Pictures have no phase."""
    expected = np.exp(1j * np.arange(9.0))
    first = plot.difference(expected, 2 * expected).sheet.panels[0]
    np.testing.assert_allclose(line_of(first)[1], np.ones(9), atol=1e-5)
    assert first.y.label == "|value|"


@pytest.mark.parametrize(
    "other", [np.ones((40, 11)), np.ones(40), np.ones((12, 40)), [[1, 2], [3, 4]], np.ones((40, 11)) > 0]
)
def test_unlike_shapes_are_shown_without_a_difference(other):
    """Expected and yours, each on its own axes."""
    picture = plot.difference(np.eye(40, 12), other, ("bin", "frame"))
    assert titles(picture) == ["expected", "yours"]
    assert "difference" not in alt_of(picture) and picture.png().startswith(b"\x89PNG")


@pytest.mark.parametrize("other", [3.0, None, "text", object(), np.zeros(0), np.ones((2, 2, 2)), ...])
def test_what_cannot_be_drawn_gives_no_picture(other):
    """Neither as yours nor as expected: no image, and no words about one."""
    for pair in ((np.ones(9), other), (other, np.ones(9))):
        assert plot.difference(*pair) is None


def test_infinite_cells_spoil_no_colour():
    """What a forgotten floor leaves is black; what is no number is white; the rest keeps its scale."""
    spoilt = np.array([[-np.inf, -80.0, np.nan], [-40.0, 0.0, np.inf]])
    picture = plot.difference(spoilt, np.zeros(3), ("bin", "frame"))
    scale = picture.sheet.panels[0].scale
    assert (scale.low, scale.high) == (-80, 0)
    brightness = [[colour_at(picture, column, row).mean() for column in range(3)] for row in (0.25, 1)]
    black, white = colour_at(picture, 1, 0.25).mean(), 1
    assert brightness[0] == [black, black, white] and black < 0.02
    assert 0.3 < brightness[1][0] < 0.7 and brightness[1][1] == brightness[1][2] > 0.8


@pytest.mark.parametrize("wrong", [None, "text", np.ones(511), np.ones((3, 4)) * 1j, [[1], [2, 3]], np.zeros((4, 0))])
def test_a_wrong_answer_gets_a_note_in_place_of_a_picture(wrong):
    """The cell after the check does not stop with NumPy's or matplotlib's error."""
    for picture in (
        plot.curves(np.arange(512), {"yours": wrong}, "t", "x", "y"),
        plot.spectrogram(wrong, "t", 64),
    ):
        assert picture.sheet is None
        assert "Nothing to draw" in picture.alt


def test_one_infinite_value_spoils_no_line():
    """1 / n at n = 0, say: there is a gap, and the rest is drawn in its own scale."""
    picture = plot.difference(np.arange(9.0), np.array([np.inf, *range(1, 9)]))
    assert picture.png().startswith(b"\x89PNG")
    yours = picture.sheet.panels[1]
    assert yours.y.high < 10
    np.testing.assert_allclose(line_of(yours)[1], [np.nan, *range(1, 9)], atol=1e-4)


def test_a_long_signal_is_thinned_out_and_nothing_of_it_is_lost_to_view():
    """Two million values are drawn as a few thousand, single peaks, gaps and both ends among them."""
    signal = np.zeros(2_000_000)
    signal[[123_456, 1_654_321]] = 1, -1
    signal[1_000_000:1_100_000] = np.nan
    picture = plot.waveform(signal, "Two clicks and a hole.", sample_rate=1_000_000)
    seconds, drawn = line_of(picture.sheet.panels[0])
    assert 1000 < len(seconds) <= plot.MOST_POINTS
    np.testing.assert_allclose(seconds[[0, -1]], [0, 2], atol=1e-5)
    np.testing.assert_allclose(seconds[np.argmax(np.nan_to_num(drawn))], 0.123456, atol=0.003)
    np.testing.assert_allclose(seconds[np.argmin(np.nan_to_num(drawn))], 1.654321, atol=0.003)
    assert np.all((picture.sheet.panels[0].lines[0].y == GAP) == np.isnan(drawn))
    np.testing.assert_allclose(seconds[np.isnan(drawn)][[0, -1]], [1.0, 1.1], atol=0.003)


def test_a_line_whose_x_goes_back_and_forth_keeps_all_its_points():
    """A circle is one, too."""
    angle = np.linspace(0, 2 * np.pi, 6000)
    picture = plot.curves(np.cos(angle), {"": np.sin(angle)}, "A circle.", "x", "y")
    np.testing.assert_allclose(line_of(picture.sheet.panels[0]), [np.cos(angle), np.sin(angle)], atol=1e-5)


@pytest.mark.parametrize("evil", ['"><script>alert(1)</script>', "' onload='x", "a & b < c"])
def test_alt_text_is_escaped(evil):
    """What looks like HTML in a title is text, with and without a picture."""
    html = plot.spectrogram(cells(), evil, 16, RATE)._repr_html_()
    assert html.count("<") == 1 and html.count(">") == 1 and html.count('"') == 6
    assert evil in alt_of(plot.spectrogram(cells(), evil, 16, RATE))
    assert "<script" not in plot.Picture(evil)._repr_html_()


@pytest.mark.parametrize("text", [r"costs $\frac{$ or so", "$x$", "two\nlines", " ", "x" * 9000])
def test_any_text_can_be_a_title_a_label_or_a_name(text):
    """A dollar is a dollar, and what is too long ends in dots."""
    picture = plot.curves(np.arange(9), {text: np.arange(9), "b": np.ones(9)}, text, text, text)
    assert picture.png().startswith(b"\x89PNG")
    assert picture.sheet.height < 500
    if "$" in text:
        assert text in words_on(picture)


def test_drawing_leaves_no_figure_open():
    """No global state of pyplot: a notebook of a hundred pictures keeps its memory."""
    import matplotlib.pyplot

    before = matplotlib.pyplot.get_fignums()
    for draw_it in PICTURES.values():
        draw.png(draw_it().sheet)
    assert matplotlib.pyplot.get_fignums() == before


# texts

ROOM = PICTURES | {
    "long titles": lambda: plot.spectrograms({LONG: (cells(), 16), LONG[::-1]: (cells(), 16)}, RATE),
    "a long title": lambda: plot.waveform(np.arange(9.0), LONG * 3, 1),
    "one long word": lambda: plot.spectrogram(cells(), "x" * 200, 16, RATE),
    "long labels": lambda: plot.curves(np.arange(9), {"": np.arange(9), LONG: np.ones(9)}, "t", LONG * 2, LONG),
    "a long scale": lambda: plot.spectrogram(cells(), "t", 16, RATE, scale=LONG),
    "three panels": lambda: plot.spectrograms({name: (cells(), 16) for name in "abc"}, 44100),
    "small numbers": lambda: plot.difference(1e-5 * np.hanning(64), -1e-5 * np.hamming(64), ("sample",)),
    "small cells": lambda: plot.difference(1e-5 * cells(), -1e-5 * cells(seed=2), ("bin", "frame")),
    "large cells": lambda: plot.difference(1e3 * cells(), -1e3 * cells(seed=2), ("bin", "frame")),
    "larger cells": lambda: plot.difference(1e12 * cells(), -1e12 * cells(seed=2), ("bin", "frame")),
    "far off": lambda: plot.difference(1e6 + 1e-2 * cells(), 1e6 + 1e-2 * cells(seed=2), ("bin", "frame")),
    "far off lines": lambda: plot.curves(1e5 + np.arange(9) / 99, {"": 1e5 + np.arange(9) / 1e3}, "t", "x", "y"),
    "wide numbers": lambda: plot.curves(123456 + 25 * np.arange(99), {"": -99999.5 + np.arange(99)}, "t", "x", "y"),
    "very unlike shapes": lambda: plot.difference(cells(513, 40), cells(2, 30000), ("bin", "frame")),
    "cells and a line": lambda: plot.difference(1e4 * cells(), -1e4 * np.ones(99999), ("bin", "frame")),
    "many digits": lambda: plot.curves(0.00479284 + np.linspace(0, 1.76e-7, 9), {"": np.ones(9)}, "t", "x", "y"),
    "three long lines": lambda: plot.difference(np.zeros(720_001), np.ones(720_001), ("sample",)),
    "a line and cells": lambda: plot.difference(-1e4 * np.ones(99999), 1e4 * cells(), ("sample",)),
}


@pytest.mark.parametrize("kind", ROOM)
def test_no_text_is_cut_off(kind):
    """All that is drawn lies within the picture, however long its titles and numbers are."""
    figure = draw.figure(ROOM[kind]().sheet)
    FigureCanvasAgg(figure).draw()
    extent, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert extent.x0 >= 0 and extent.y0 >= 0 and extent.x1 <= width and extent.y1 <= height


@pytest.mark.parametrize("kind", ROOM)
def test_no_text_lies_on_another_or_on_what_is_drawn(kind):
    """Titles, labels and numbers each have their own place, outside the axes; a legend may stand inside."""
    sheet = ROOM[kind]().sheet
    figure = draw.figure(sheet)
    FigureCanvasAgg(figure).draw()
    extents = {text: text.get_window_extent() for text in figure.texts if text.get_text()}
    for (one, extent), (other, another) in combinations(extents.items(), 2):
        assert not extent.overlaps(another), (one, other)
    for panel in sheet.panels:
        box = panel.box
        inside = matplotlib.transforms.Bbox.from_extents(box.left, box.bottom, box.right, box.top)
        assert not [text for text, extent in extents.items() if extent.overlaps(inside)]


def test_what_all_numbers_share_stands_in_the_label():
    """A factor or an offset: the numbers themselves stay short."""
    small = plot.curves(np.arange(9), {"": 1e-7 * np.arange(9)}, "t", "x", "y").sheet.panels[0].y
    assert small.label == "y (× 1e−7)" and max(map(len, small.tick_labels)) <= 4
    far = plot.curves(np.arange(9), {"": 1e6 + np.arange(9) / 9}, "t", "x", "y").sheet.panels[0].y
    assert far.label == "y (+1e6)" and max(map(len, far.tick_labels)) <= 4


# drawn once

NOISY = {
    "waveform": lambda noisy: plot.waveform(noisy(np.sin(np.arange(9000) / 9)), "t", RATE),
    "curves": lambda noisy: plot.curves(noisy(np.arange(64)), {"a": noisy(np.hanning(64))}, "t", "x", "y"),
    "spectrogram": lambda noisy: plot.spectrogram(noisy(cells(65, 40)), "t", 16, RATE),
    "round values": lambda noisy: plot.spectrogram(noisy(np.arange(60.0).reshape(10, 6) % 6), "t", 16, RATE),
    "powers": lambda noisy: plot.spectrograms({"t": (noisy(10 ** cells()), 16)}, RATE),
    "difference": lambda noisy: plot.difference(noisy(cells()), cells(seed=2), ("bin", "frame")),
    "same distance": lambda noisy: plot.difference(cells(), noisy(cells()) + 1, ("bin", "frame")),
    "lines": lambda noisy: plot.difference(noisy(np.hanning(64)), np.hamming(64), ("sample",)),
    "not finite": lambda noisy: plot.spectrogram(noisy(np.where(cells() < -40, -np.inf, cells())), "t", 16, RATE),
}


@pytest.mark.parametrize("kind", NOISY)
def test_rounding_noise_makes_no_other_picture(kind):
    """The same digest, and drawn anew the same PNG, where values differ by some 1e-13 of themselves or of the peak."""
    clean = NOISY[kind](np.array).sheet
    drawn = draw.png(clean)
    for seed in range(6):
        random = np.random.default_rng(seed)

        def noisy(values, random=random, of_peak=seed % 2):
            noise = 1e-13 * random.standard_normal(np.shape(values))
            return values + noise * np.abs(values[np.isfinite(values)]).max() if of_peak else values * (1 + noise)

        again = NOISY[kind](noisy).sheet
        assert again.digest() == clean.digest()
    assert draw.png(again) == drawn


def one_cell_higher():
    values = cells()
    values[10, 10] += 0.02 * np.ptp(values) * (1 if values[10, 10] < -40 else -1)
    return values


def one_point_higher():
    values = np.hanning(64)
    values[40] += 0.01
    return values


@pytest.mark.parametrize(
    "before, after",
    [
        (plot.spectrogram(cells(), "t", 16, RATE), plot.spectrogram(one_cell_higher(), "t", 16, RATE)),
        (
            plot.curves(np.arange(64), {"a": np.hanning(64)}, "t", "x", "y"),
            plot.curves(np.arange(64), {"a": one_point_higher()}, "t", "x", "y"),
        ),
        (plot.difference(np.hanning(64), np.ones(64)), plot.difference(one_point_higher(), np.ones(64))),
        (plot.spectrogram(cells(), "t", 16, RATE), plot.spectrogram(cells(), "u", 16, RATE)),
        (plot.spectrogram(cells(), "t", 16, RATE), plot.spectrogram(cells(), "t", 17, RATE)),
        (plot.spectrogram(cells(), "t", 16, RATE), plot.spectrogram(cells(), "t", 16, RATE, scale="power")),
        (plot.spectrogram(cells(), "t", 16, RATE), plot.spectrograms({"t": (cells(), 16)}, RATE, top_hz=3990)),
        (plot.spectrogram(cells(), "t", 16, RATE), plot.spectrogram(cells() + 10, "t", 16, RATE)),
        (plot.difference(cells(), cells()), plot.difference(cells(), cells(), ("bin", "frame"))),
        (
            plot.curves(np.arange(9), {"a": np.ones(9)}, "t", "x", "y"),
            plot.curves(np.arange(9), {"b": np.ones(9)}, "t", "x", "y"),
        ),
        (
            plot.curves(np.arange(9), {"": np.arange(9)}, "t", "x", "y"),
            plot.curves(np.arange(9) + 1, {"": np.arange(9)}, "t", "x", "y"),
        ),
    ],
    ids=["cell", "point", "compared", "title", "times", "scale", "top", "level", "names", "line's name", "limits"],
)
def test_what_can_be_seen_makes_another_picture(before, after):
    """Two percent of the range in one cell, one percent at one point, a word, an axis."""
    assert before.sheet.digest() != after.sheet.digest()
    assert before.png() != after.png()


def test_a_picture_shows_what_was_there_when_it_was_asked_for():
    """What happens to the array later, before the notebook shows the picture, changes nothing."""
    values, line, x = cells(), np.hanning(64), np.arange(64.0)
    pictures = [
        plot.spectrogram(values, "t", 16, RATE),
        plot.difference(values, values),
        plot.curves(x, {"a": line}, "t", "x", "y"),
        plot.waveform(line, "t", RATE),
    ]
    digests = [picture.sheet.digest() for picture in pictures]
    for array in (values, line, x):
        array[:] = 7
    assert [picture.sheet.digest() for picture in pictures] == digests


def test_the_same_picture_is_drawn_once():
    """The second time, and from other arrays with the same values, it is taken from memory."""
    values = cells(9, 9, seed=77)
    first = plot.spectrogram(values, "Drawn once.", 16, RATE)
    assert first.sheet.digest() not in memo.remembered()
    png = first.png()
    assert memo.remembered()[first.sheet.digest()] == png
    remembered = len(memo.remembered())
    assert plot.spectrogram(values.copy(), "Drawn once.", 16, RATE).png() is png
    assert len(memo.remembered()) == remembered


def test_a_picture_that_another_process_has_drawn_is_not_drawn_again():
    """It is shown as it was handed over."""
    mine = plot.spectrogram(cells(9, 9, seed=78), "Handed over.", 16, RATE)
    memo.remember({mine.sheet.digest(): b"drawn elsewhere"})
    assert mine.png() == b"drawn elsewhere"


def test_another_process_finds_the_same_digest():
    """Nothing in it hangs on memory addresses or the process's own hashes."""
    code = "import numpy as np; from course import plot; print(plot.waveform(np.arange(99), 't', 8000).sheet.digest())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == plot.waveform(np.arange(99), "t", 8000).sheet.digest()


def test_the_style_of_a_notebook_changes_no_picture():
    """The course's pictures look the same beside whatever a student draws."""
    sheet = PICTURES["curves"]().sheet
    plain = draw.png(sheet)
    with matplotlib.rc_context({"font.size": 20, "lines.dash_capstyle": "round", "figure.facecolor": "black"}):
        assert draw.png(PICTURES["curves"]().sheet) == plain
        assert matplotlib.rcParams["font.size"] == 20


def test_a_title_that_is_a_sentence_ends_once_in_the_alt_text():
    """A screen reader makes a pause of each full stop."""
    picture = plot.cells({"Loud.": np.ones((2, 2)), "Faint.": np.ones((2, 2))}, "time in s", "band", "level in dB")
    assert picture.alt.endswith(": Loud; beside it: Faint.")
