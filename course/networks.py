"""Networks in a notebook: quiet, the same on every run, with a progress bar, and no longer than there is time for.

Import it before Keras: TensorFlow reads how talkative it is to be when it is loaded.
"""

import io
import json
import os
import re
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# no word of TensorFlow's about processors and graphics cards
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# the same sums in the same order on every processor
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import h5py
import keras
import numpy as np
from IPython.display import display

from course.assets import assets_folder
from course.check.session import is_graded
from course.check.show import Card

SUFFIX = ".keras"
COLOUR = "#5b7fc7"
SECONDS_BETWEEN = 0.25
"""How often a progress bar moves, at the most."""


class NetworkError(Exception):
    """A network that is not there, or can't be read; the message says what to do."""


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
    return 1 if is_graded() else number


def part(items: Any) -> Any:
    """As many examples as there is time for: all of them, or every fortieth while a notebook is graded.

    Parameters
    ----------
    items : list or numpy.ndarray
    """
    return items[:: 40 if is_graded() else 1]


def load(name: str) -> keras.Model:
    """Load a trained network that ships with the course.

    Parameters
    ----------
    name : str
        Of a file in `assets/networks`, without its ending.

    Returns
    -------
    network : keras.Model

    Raises
    ------
    NetworkError
        If there is none of that name, or this version of Keras can't read it.
    """
    folder = assets_folder() / "networks"
    path = folder / f"{name}{SUFFIX}"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in folder.glob(f"*{SUFFIX}")))
        raise NetworkError(f"No network called {name!r} ships with the course. There are: {known}.")
    try:
        return keras.saving.load_model(path, compile=False)
    except (ValueError, TypeError, KeyError) as error:
        raise NetworkError(
            f"Keras {keras.__version__} can't read the network {name!r}. Install the versions that the course is "
            "tested with: pip install -r requirements.txt"
        ) from error


def save(network: keras.Model, path: Path) -> None:
    """Write a network, its weights in half precision: the same bytes for the same network, at a third of the size.

    Parameters
    ----------
    network : keras.Model
    path : Path
        Its name ends in `.keras`.
    """
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / path.name
        network.save(whole)
        with zipfile.ZipFile(whole) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    metadata = json.loads(parts["metadata.json"])
    parts["metadata.json"] = json.dumps(metadata | {"date_saved": ""}).encode()
    config = json.loads(parts["config.json"])
    config.pop("compile_config", None)
    parts["config.json"] = _numbered(json.dumps(config)).encode()
    parts["model.weights.h5"] = _in_half_precision(parts["model.weights.h5"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)


def _numbered(config: str) -> str:
    """A configuration in which shared objects are told by numbers from 0 on, not by where in memory they were."""
    numbers: dict[str, int] = {}
    return re.sub(r'(?<="shared_object_id": )\d+', lambda id_: str(numbers.setdefault(id_[0], len(numbers))), config)


def _in_half_precision(weights: bytes) -> bytes:
    """An HDF5 file with the same names, its numbers compressed."""
    half = io.BytesIO()
    with h5py.File(io.BytesIO(weights)) as whole, h5py.File(half, "w", track_order=False) as file:

        def copy(name: str, part: h5py.Group | h5py.Dataset) -> None:
            if name.startswith("optimizer"):  # what a training would need to go on
                return
            if isinstance(part, h5py.Dataset):
                # what counts, such as the state of a random generator, is no matter of precision
                content = part.astype(np.float16)[()] if part.dtype.kind == "f" else part[()]
                compression = "gzip" if part.shape else None
                file.create_dataset(name, data=content, compression=compression, track_times=False)
            else:
                file.require_group(name).attrs.update(part.attrs)

        whole.visititems(copy)
    return half.getvalue()


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
