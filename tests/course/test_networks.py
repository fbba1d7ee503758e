"""Networks in a notebook: seeds, time, shipped weights, the progress bar."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from course import networks


def small(width=4):
    inputs = keras.Input((3,))
    return keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Dense(width)(inputs)))


def trained(progress, epochs=4):
    networks.set_seed(5)
    network = small()
    network.compile("sgd", "mse")
    x = np.ones((8, 3))
    network.fit(x, x[:, :1], validation_data=(x, x[:, :1]), epochs=epochs, verbose=0, callbacks=[progress])
    return network


def test_a_seed_makes_the_same_network():
    """Built and trained anew, number by number."""
    one, other = trained(networks.Progress()), trained(networks.Progress())
    assert all(np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


@pytest.mark.parametrize(("occasion", "number"), [("", 30), ("validate", 30), ("autograde", 1), ("sandbox", 1)])
def test_grading_takes_one_epoch(monkeypatch, occasion, number):
    """Nobody waits for three hundred trainings; a student's own run takes its time."""
    monkeypatch.setenv("NBGRADER_EXECUTION", occasion)
    assert networks.epochs(30) == number
    assert len(networks.part(np.zeros((400, 2)))) == (10 if number == 1 else 400)


def test_progress_tells_where_it_is():
    """Epochs, losses, the best one, and a picture with words."""
    progress = networks.Progress("a small one")
    trained(progress)
    card = progress.card()
    assert len(progress.curves["loss"]) == len(progress.curves["val_loss"]) == 4
    assert "Epoch 4 of 4" in repr(card) and "best" in repr(card) and "in epoch 4" in repr(card)
    html = card._repr_html_()
    assert '<progress value="4" max="4" aria-label="a small one"' in html
    assert html.count("<polyline") == 2 and 'role="img" aria-label="Losses by epoch' in html


def test_progress_of_one_epoch_has_no_curve():
    """A single point connects nothing."""
    progress = networks.Progress()
    trained(progress, epochs=1)
    assert "<svg" not in progress.card()._repr_html_()


@pytest.fixture
def shipped(monkeypatch, tmp_path):
    """A folder in place of assets/networks."""
    (tmp_path / "networks").mkdir()
    monkeypatch.setattr(networks, "assets_folder", lambda: tmp_path)
    return tmp_path / "networks"


def test_a_network_comes_back(shipped):
    """It says the same, up to half precision, and needs no word on how it was built."""
    network = trained(networks.Progress())
    networks.save(network, shipped / "small.keras")
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    np.testing.assert_allclose(networks.load("small")(x), network(x), atol=2e-3)


def test_the_same_network_is_the_same_file(shipped):
    """Neither a date nor chance is in it."""
    for name in ("one.keras", "other.keras"):
        keras.utils.clear_session()  # which counts the layers that were ever made
        networks.save(trained(networks.Progress()), shipped / name)
    assert (shipped / "one.keras").read_bytes() == (shipped / "other.keras").read_bytes()


def test_a_network_that_is_not_there_is_told(shipped):
    """With the names of those that are; and one that can't be read, with the way out."""
    (shipped / "small.keras").write_bytes(b"no archive")
    with pytest.raises(networks.NetworkError, match=r"called 'large' ships with the course\. There are: small\."):
        networks.load("large")
    with pytest.raises(networks.NetworkError, match=r"can't read the network 'small'.*requirements"):
        networks.load("small")


def test_nobody_hears_of_it():
    """To import and to train says nothing on standard error."""
    source = (
        "from course import networks; import keras; m = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]);"
        "m.compile('adam', 'mse'); import numpy as np; m.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)"
    )
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_network_that_drops_out_ships_as_well(shipped):
    """Its random generator counts in whole numbers, and one number alone is not compressed."""
    layers = [keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dropout(0.5), keras.layers.Dense(2)]
    network, x = keras.Sequential(layers), np.ones((3, 4), np.float32)
    networks.save(network, shipped / "dropping.keras")
    np.testing.assert_allclose(networks.load("dropping")(x), network(x), atol=2e-3)
