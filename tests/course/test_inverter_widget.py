"""The inverter explorer: slider and choice change what is seen, heard and told; and the networks that ship win."""

import numpy as np
import pytest

from course import corpus, inversion, networks
from course.widgets import inverter_explorer
from course.widgets.explorer import Slider
from tests.course.reading import Reader, changes


@pytest.fixture(scope="module")
def spoken():
    return {name: inversion.log_mels(corpus.bundled().only("yes", name))[0] for name in ("emma", "ruben")}


@pytest.fixture(scope="module")
def reader(spoken):
    return Reader(inverter_explorer({n: networks.load(f"inverter_{n}") for n in inversion.SHIPPED}, spoken))


def test_both_controls_change_everything(reader):
    """And all is the same again when they are moved back."""
    assert changes(reader, count=40) == [True, True, True]
    assert changes(reader, name="ruben") == [True, True, True]


@pytest.mark.parametrize("count", inversion.SHIPPED)
def test_the_network_is_nearer_than_the_inverse_dct(reader, count):
    """Two voices that it never heard."""
    network, inverse_dct = reader.set(count=count, name="emma").numbers("dB")
    assert 0.5 < network < inverse_dct
    reader.set(count=13)


def test_all_three_are_heard_and_drawn(reader):
    """The network's first, for it begins to play."""
    (alt,) = reader.alts
    assert "13 kept, network" in alt and "13 kept, inverse DCT" in alt and "time in s" in alt
    assert reader.html.count("<audio") == 3 and reader.html.index("network (") < reader.html.index("inverse DCT (")


def test_the_first_control_is_a_slider(reader):
    """Over the numbers of coefficients that there are networks for."""
    controls = list(reader.explorer.controls.values())
    assert isinstance(controls[0], Slider) and controls[0].values == list(inversion.SHIPPED)


def test_a_shipped_network_takes_windows_as_they_are(spoken):
    """Raw, five frames side by side, oldest first; its middle frame is the one that is kept."""
    cepstra = inversion.smooth(np.zeros((13, 3)))
    assert cepstra.shape == (80, 3)
    for n in inversion.SHIPPED:
        network = networks.load(f"inverter_{n}")
        assert network.input_shape == (None, 5 * n) and network.output_shape == (None, 80)
        log_mel = inversion.invert(network, np.zeros((n, 4), np.float32))
        assert log_mel.shape == (80, 4) and np.isfinite(log_mel).all()
