"""Pictures: axes with units, words for those who can't see them, and every value at its place."""

import io
import re
from html import unescape

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread

from course import plot

RATE = 8000


def cells(n_bins=33, n_frames=20):
    """A spectrogram in dB."""
    return np.random.default_rng(1).uniform(-80, 0, (n_bins, n_frames))


def shown(picture):
    """The axes of a picture; colour bars left out."""
    return [axes for axes in picture.figure.axes if axes.get_label() != "<colorbar>"]


def alt_of(picture):
    return unescape(re.search(r'<img alt="([^"]*)"', picture._repr_html_())[1])


def brightness_at(picture, x, y):
    """How bright the drawn pixel at a place of the first axes is, from 0 to 1."""
    canvas = FigureCanvasAgg(picture.figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    column, row = picture.figure.axes[0].transData.transform((x, y))
    return pixels[pixels.shape[0] - 1 - int(row), int(column), :3].mean() / 255


PICTURES = {
    "waveform": lambda: plot.waveform(np.sin(np.arange(800) / 9), "A tone.", RATE),
    "curves": lambda: plot.curves(
        np.arange(64), {"yours": np.hanning(64), "theirs": np.hamming(64)}, "Two windows.", "sample n", "w[n]"
    ),
    "spectrogram": lambda: plot.spectrogram(cells(), "A chirp.", 16, RATE),
    "spectrograms": lambda: plot.spectrograms({"Short.": (cells(), 16), "Long.": (cells(65, 9), 32)}, RATE),
    "difference": lambda: plot.difference(cells(), cells() + 1, ("bin", "frame")),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_picture_has_labelled_axes_a_title_and_alt_text(kind):
    """On each of its axes; the same words in HTML and in plain text."""
    picture = PICTURES[kind]()
    for axes in shown(picture):
        assert axes.get_title(loc="left") and axes.get_xlabel() and axes.get_ylabel()
    assert len(alt_of(picture)) > 20 and repr(picture) == alt_of(picture)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_a_png_that_fits_its_cell(kind):
    """Not blank, the same bytes from the same values, and no wider than the page."""
    picture, drawn = PICTURES[kind](), PICTURES[kind]().png()
    assert imread(io.BytesIO(drawn)).std() > 0.01
    assert picture.png() == drawn
    assert "max-width:100%" in picture._repr_html_()


@pytest.mark.parametrize(
    "kind, x_label, y_label",
    [
        ("waveform", "time in s", "amplitude (1 = full scale)"),
        ("curves", "sample n", "w[n]"),
        ("spectrogram", "time in s", "frequency in Hz"),
        ("spectrograms", "time in s", "frequency in Hz"),
        ("difference", "frame", "bin"),
    ],
)
def test_axes_tell_what_they_are_and_their_unit(kind, x_label, y_label):
    """Time in s, frequency in Hz; the lesson's own axes where two results are compared."""
    for axes in shown(PICTURES[kind]()):
        assert (axes.get_xlabel(), axes.get_ylabel()) == (x_label, y_label)


def test_colours_of_a_spectrogram_have_a_scale_with_its_unit():
    """dB, or what else they stand for, in the picture and in its alt text."""
    for scale in ("level in dB", "magnitude"):
        picture = plot.spectrogram(cells(), "A chirp.", 16, RATE, scale=scale)
        (bar,) = [axes for axes in picture.figure.axes if axes.get_label() == "<colorbar>"]
        assert bar.get_ylabel() == scale and scale in picture.alt


def test_lines_differ_in_style_and_not_only_in_colour():
    """And a legend names them; a single line without a name needs none."""
    (axes,) = shown(PICTURES["curves"]())
    assert len({line.get_linestyle() for line in axes.lines}) == 2
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["yours", "theirs"]
    (single,) = shown(PICTURES["waveform"]())
    assert single.get_legend() is None


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot.waveform(..., "Yours."),
        lambda: plot.curves(np.arange(4), {"yours": ...}, "Yours.", "x", "y"),
        lambda: plot.spectrogram(..., "Yours.", 16),
        lambda: plot.spectrograms({"Theirs.": (cells(), 16), "Yours.": (..., 16)}),
    ],
)
def test_what_a_stub_has_not_computed_is_a_note(draw):
    """No error below an untouched exercise, in neither form."""
    picture = draw()
    assert "Nothing to draw yet" in repr(picture)
    assert "Nothing to draw yet" in picture._repr_html_() and "<img" not in picture._repr_html_()


def test_lines_that_are_there_are_drawn_beside_a_stub():
    """The library's curve waits for nobody."""
    (axes,) = shown(plot.curves(np.arange(4), {"yours": ..., "theirs": np.ones(4)}, "Both.", "x", "y"))
    assert [line.get_label() for line in axes.lines] == ["theirs"]


def test_a_waveform_stands_at_its_time():
    """From 0 s on; a stretch keeps the times of the whole."""
    amplitudes = np.arange(RATE) / RATE
    (whole,) = shown(plot.waveform(amplitudes, "A ramp.", RATE))
    (stretch,) = shown(plot.waveform(amplitudes, "A ramp.", RATE, start=0.25, end=0.5))
    for axes, first, last in ((whole, 0, 1 - 1 / RATE), (stretch, 0.25, 0.5 - 1 / RATE)):
        (line,) = axes.lines
        np.testing.assert_allclose(line.get_xdata()[[0, -1]], [first, last])
        np.testing.assert_allclose(line.get_xdata(), line.get_ydata())


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
    for other in {bin_ - 1, bin_ + 1} & set(range(33)):
        assert brightness_at(picture, frame * seconds, other * hertz) < 0.1


def test_the_frequency_axis_ends_at_half_the_rate_or_lower():
    """As asked for."""
    assert shown(plot.spectrogram(cells(), "All.", 16, RATE))[0].get_ylim() == (0, RATE / 2)
    assert shown(plot.spectrograms({"Low.": (cells(), 16)}, RATE, top_hz=900))[0].get_ylim() == (0, 900)


def test_spectrograms_beside_each_other_share_their_colours():
    """The quiet one is dark: the scale goes from the lowest of both to the highest of both."""
    pair = plot.spectrograms({"Loud.": (cells(), 16), "Quiet.": (cells() - 40, 16)}, RATE)
    limits = {axes.images[0].get_clim() for axes in shown(pair)}
    assert limits == {(float(cells().min() - 40), float(cells().max()))}


def test_silence_has_a_scale_of_colours():
    """Where all values are equal, the scale still has two ends, and they are the darkest."""
    picture = plot.spectrogram(np.full((33, 20), -80.0), "Silence.", 16, RATE)
    low, high = shown(picture)[0].images[0].get_clim()
    assert low == -80 < high
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
        cells().tolist(),
        np.where(cells() < -40, -np.inf, cells()),
        np.full((33, 20), np.nan),
    ],
    ids=["silent", "constant", "one frame", "one bin", "two cells", "float32", "lists", "infinite", "NaN"],
)
@pytest.mark.filterwarnings("error")
def test_unusual_spectrograms_are_drawn(values):
    """Without an error and without a warning."""
    assert plot.spectrogram(values, "Unusual.", 16, RATE).png().startswith(b"\x89PNG")


@pytest.mark.parametrize("shape", [(40,), (40, 12)])
def test_a_difference_shows_expected_yours_and_how_they_differ(shape):
    """Three panels; the third is zero where both agree."""
    expected = np.random.default_rng(2).normal(size=shape)
    actual = expected.copy()
    actual[3] += 2
    picture = plot.difference(expected, actual, ("bin", "frame")[: len(shape)])
    assert [axes.get_title(loc="left") for axes in shown(picture)] == ["expected", "yours", "difference"]
    last = shown(picture)[2]
    drawn = last.lines[0].get_ydata() if len(shape) == 1 else np.asarray(last.images[0].get_array())
    np.testing.assert_allclose(drawn, np.abs(actual - expected))


def test_complex_results_are_compared_by_their_magnitudes_in_view():
    """Pictures have no phase."""
    expected = np.exp(1j * np.arange(9.0))
    first = shown(plot.difference(expected, 2 * expected))[0]
    np.testing.assert_allclose(first.lines[0].get_ydata(), np.ones(9))


@pytest.mark.parametrize(
    "other", [np.ones((40, 11)), np.ones(40), np.ones((12, 40)), [[1, 2], [3, 4]], np.ones((40, 11)) > 0]
)
def test_unlike_shapes_are_shown_without_a_difference(other):
    """Expected and yours, each on its own axes."""
    picture = plot.difference(np.eye(40, 12), other, ("bin", "frame"))
    assert [axes.get_title(loc="left") for axes in shown(picture)] == ["expected", "yours"]
    assert "difference" not in alt_of(picture) and picture.png().startswith(b"\x89PNG")


@pytest.mark.parametrize("other", [3.0, None, "text", object(), np.zeros(0), np.ones((2, 2, 2)), ...])
def test_what_cannot_be_drawn_gives_no_picture(other):
    """Neither as yours nor as expected: no image, and no words about one."""
    for pair in ((np.ones(9), other), (other, np.ones(9))):
        assert plot.difference(*pair) is None


def test_infinite_cells_spoil_no_colour():
    """What a forgotten floor leaves is black; the rest keeps its scale."""
    spoilt = np.array([[-np.inf, -80.0], [-40.0, 0.0]])
    image = shown(plot.spectrogram(spoilt, "a forgotten floor", 64))[0].images[0]
    assert image.get_clim() == (-80, 0)


@pytest.mark.parametrize("wrong", [None, "text", np.ones(511), np.ones((3, 4)) * 1j, [[1], [2, 3]], np.zeros((4, 0))])
def test_a_wrong_answer_gets_a_note_in_place_of_a_picture(wrong):
    """The cell after the check does not stop with NumPy's or matplotlib's error."""
    for picture in (
        plot.curves(np.arange(512), {"yours": wrong}, "t", "x", "y"),
        plot.spectrogram(wrong, "t", 64),
    ):
        assert picture.figure is None
        assert "Nothing to draw" in picture.alt


def test_one_infinite_value_spoils_no_line():
    """1 / n at n = 0, say: the rest is drawn in its own scale."""
    picture = plot.difference(np.arange(9.0), np.array([np.inf, *range(1, 9)]))
    assert picture.png().startswith(b"\x89PNG")
    assert shown(picture)[0].get_ylim()[1] < 10


def test_a_long_signal_is_thinned_out_before_it_is_drawn():
    """Two million values are drawn as a few thousand."""
    line = shown(plot.difference(np.zeros(2_000_000), np.ones(2_000_000)))[0].lines[0]
    assert 1000 < len(line.get_xdata()) <= plot.MOST_POINTS


@pytest.mark.parametrize("evil", ['"><script>alert(1)</script>', "' onload='x", "a & b < c"])
def test_alt_text_is_escaped(evil):
    """What looks like HTML in a title is text, with and without a figure."""
    html = plot.spectrogram(cells(), evil, 16, RATE)._repr_html_()
    assert html.count("<") == 1 and html.count(">") == 1 and html.count('"') == 6
    assert evil in alt_of(plot.spectrogram(cells(), evil, 16, RATE))
    assert "<script" not in plot.Picture(evil)._repr_html_()


def test_drawing_leaves_no_figure_open():
    """No global state of pyplot: a notebook of a hundred pictures keeps its memory."""
    import matplotlib.pyplot

    before = matplotlib.pyplot.get_fignums()
    for draw in PICTURES.values():
        draw().png()
    assert matplotlib.pyplot.get_fignums() == before
