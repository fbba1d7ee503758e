"""Networks in a notebook: quiet, the same on every run, with a progress bar, and no longer than there is time for.

Import it before Keras: TensorFlow reads how talkative it is to be when it is loaded.
"""

import os
import time
import warnings
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# no word of TensorFlow's about processors and graphics cards
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# the same sums in the same order on every processor
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras
from IPython.display import display

from course.assets import assets_folder
from course.check.show import Card

SUFFIX = ".weights.h5"
COLOUR = "#5b7fc7"
SECONDS_BETWEEN = 0.25
"""How often a progress bar moves, at the most."""


class NetworkError(Exception):
    """Weights that are not there, or don't fit a network; the message says what to do."""


def set_seed(seed: int) -> None:
    """Begin all random numbers anew: what is built and trained after it is the same on every run.

    Parameters
    ----------
    seed : int
    """
    keras.utils.set_random_seed(seed)


def epochs(number: int) -> int:
    """As many epochs as there is time for: all of them, or one while a notebook is graded.

    Parameters
    ----------
    number : int
        How many a training takes that is to give a good result.
    """
    return 1 if os.environ.get("NBGRADER_EXECUTION") in ("autograde", "sandbox") else number


def load(network: keras.Model, name: str) -> keras.Model:
    """Fill a network with weights that ship with the course.

    Parameters
    ----------
    network : keras.Model
        Built as they were trained.
    name : str
        Of a file in `assets/networks`, without its ending.

    Returns
    -------
    network : keras.Model
        The same.

    Raises
    ------
    NetworkError
        If there are no such weights, or they are for another network.
    """
    folder = assets_folder() / "networks"
    path = folder / f"{name}{SUFFIX}"
    if not path.is_file():
        known = ", ".join(sorted(each.name.removesuffix(SUFFIX) for each in folder.glob(f"*{SUFFIX}")))
        raise NetworkError(f"No weights called {name!r} ship with the course. There are: {known}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what does not fit, it is enough to hear once
            network.load_weights(path)
    except (ValueError, KeyError) as error:
        raise NetworkError(
            f"The weights {name!r} are for a network of another shape than this one of {network.count_params():,} "
            "numbers. Build it with the settings of the lesson, or train your own."
        ) from error
    return network


class Progress(keras.callbacks.Callback):
    """A progress bar for `network.fit(…, verbose=0, callbacks=[Progress()])`, with both losses as they fall.

    Parameters
    ----------
    label : str
        What is trained.
    """

    def __init__(self, label: str = "training"):
        super().__init__()
        self.label = label
        self.curves: dict[str, list[float]] = {"loss": [], "val_loss": []}
        """by epoch, of what is trained on and of what is kept for validation"""

    def on_train_begin(self, logs: Any = None) -> None:
        """Show an empty bar."""
        self.curves = {name: [] for name in self.curves}
        self._begun = self._shown = time.monotonic()
        self._handle = display(self.card(), display_id=True)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Move the bar, though not more often than an eye can follow."""
        for name, values in self.curves.items():
            if logs and name in logs:
                values.append(float(logs[name]))
        if time.monotonic() - self._shown >= SECONDS_BETWEEN:
            self._show()

    def on_train_end(self, logs: Any = None) -> None:
        """Say what came of it."""
        self._show()

    def card(self) -> Card:
        """The bar as it stands now."""
        done, total = len(self.curves["loss"]), self.params.get("epochs") or 1
        seconds = time.monotonic() - self._begun
        rest = seconds / done * (total - done) if done else 0.0
        over = "" if not done or self.model.stop_training or done == total else f", about {rest:.0f} s left"
        bar = f'<progress value="{done}" max="{total}" aria-label="{self.label}" style="width:100%"></progress>'
        line = f"Epoch {done} of {total}, {seconds:.0f} s{over}. {self._losses()}".rstrip()
        return Card(self.label.capitalize() + ".", (line,), COLOUR, "›", bar + _drawn(self.curves))

    def _losses(self) -> str:
        """The newest losses, and the best of the validation."""
        said = [f"{name} {self.curves[key][-1]:.4g}" for name, key in NAMES.items() if self.curves[key]]
        if validation := self.curves["val_loss"]:
            said.append(f"best {min(validation):.4g} in epoch {validation.index(min(validation)) + 1}")
        return f"Loss: {', '.join(said)}." if said else ""

    def _show(self) -> None:
        self._shown = time.monotonic()
        if self._handle is not None:
            self._handle.update(self.card())


NAMES = {"training": "loss", "validation": "val_loss"}
"""Where Keras keeps a curve, by what it is called here."""
DASHES = {"training": "4 3", "validation": "none"}


def _drawn(curves: dict[str, list[float]]) -> str:
    """Both curves as a small picture, training dashed; empty while there is nothing to connect."""
    curves = {name: curves[key] for name, key in NAMES.items() if len(curves[key]) > 1}
    if not curves:
        return ""
    top, bottom = max(map(max, curves.values())), min(map(min, curves.values()))
    lines = [
        f'<polyline points="{_points(values, bottom, top)}" fill="none" stroke="currentColor" stroke-width="1.5" '
        f'vector-effect="non-scaling-stroke" stroke-dasharray="{DASHES[name]}"/>'
        for name, values in curves.items()
    ]
    words = f"Losses by epoch, from {top:.3g} down to {bottom:.3g}: {' and '.join(curves)}"
    return (
        f'<svg role="img" aria-label="{words}" viewBox="0 0 100 30" preserveAspectRatio="none" '
        f'style="display:block;width:100%;height:60px">{"".join(lines)}</svg>'
        "<small>dashed: training; solid: validation</small>"
    )


def _points(values: list[float], bottom: float, top: float) -> str:
    """A line from left to right, the largest value at the top of a box of 100 by 30."""
    height = (top - bottom) or 1.0
    step = 100 / (len(values) - 1)
    return " ".join(
        f"{index * step:.2f},{29 - 28 * (value - bottom) / height:.2f}" for index, value in enumerate(values)
    )
