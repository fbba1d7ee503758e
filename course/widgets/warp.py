"""Voices warped by hand: from a mel spectrogram to sound, what a shift by rows does, and a panel that plays edits."""

import hashlib
import inspect
import itertools
import json
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from typing import Any

import ipywidgets
import librosa
import numpy as np
import scipy.sparse

from course import memo, plot
from course.audio import SAMPLE_RATE, compare, play
from course.numbers import as_numbers
from course.widgets.explorer import LOOK, Explorer

WINDOW_LENGTH, HOP_LENGTH = 1024, 256
"""Of the frames that a mel spectrogram is thought to come from, in samples."""
PARTIALS = range(1, 16)
"""Of the tone whose partials a shift moves."""
TONE_HZ = 200.0
WARP = 1.25
"""What a true warp would be, for comparison."""
NO_EDIT = "none"
PARAMETERS = {
    "n_bands": ("n_bands",),
    "factor": ("factor",),
    "frames": ("start", "stop"),
    "bands": ("first", "last"),
    "gain_db": ("gain_db",),
}
"""The parameters of edits that each control sets."""
FAINTEST = 1e-10
STEPS_PER_DB = 20
"""Mel spectrograms that differ by less than such a step sound the same."""


def mel_to_sound(mel: Any, sample_rate: int = SAMPLE_RATE, iterations: int = 32) -> Any:
    """Make a sound whose mel spectrogram comes close to the given one.

    Multiplicative updates that lower the Kullback-Leibler divergence (Lee and Seung, 2001) find a power spectrogram,
    fast Griffin-Lim (Perraudin, Balazs and Søndergaard, 2013) finds its phase, the same each time.

    Parameters
    ----------
    mel : float [n_mels, n_frames], or `...`
        Power in mel bands from 0 Hz to half the sample rate, from frames of 1024 samples, one every 256. What no power
        can be, negative or not a number, counts as 0.
    sample_rate : int
        In Hz.
    iterations : int
        Of Griffin-Lim.

    Returns
    -------
    sound : float32 [256 * (n_frames - 1)], or `...`
        `...` for the `...` of an unfinished stub.
    """
    if mel is ...:
        return ...
    wanted = np.asarray(mel, dtype=np.float32)
    # steps that nobody hears, so that rounding makes no other sound
    steps = np.rint(STEPS_PER_DB * librosa.power_to_db(np.nan_to_num(wanted), top_db=None)).astype(np.int32)
    digest = hashlib.blake2b(steps.tobytes(), digest_size=16).hexdigest()

    def make() -> bytes:
        magnitude = mel_to_magnitude(wanted, sample_rate)
        settings = {"n_iter": iterations, "hop_length": HOP_LENGTH, "momentum": 0.99, "random_state": 0}
        return librosa.griffinlim(magnitude, **settings).astype(np.float32).tobytes()

    sound = memo.once(f"mel {wanted.shape} {sample_rate} {iterations} {digest}", make)
    return np.frombuffer(sound, dtype=np.float32)


def mel_to_magnitude(mel: Any, sample_rate: int = SAMPLE_RATE, updates: int = 20) -> np.ndarray:
    """Find magnitudes that fit mel bands: float32 [513, n_frames]; the arguments are those of `mel_to_sound`."""
    basis, transposed, covered = _basis(len(mel), sample_rate)
    wanted = np.nan_to_num(np.asarray(mel, dtype=np.float32), nan=0.0).clip(min=0.0)
    power = transposed @ wanted / covered
    for _ in range(updates):
        power = power * (transposed @ (wanted / np.maximum(basis @ power, 1e-20))) / covered
    return np.sqrt(power)


@cache
def _basis(n_mels: int, sample_rate: int) -> tuple[Any, Any, np.ndarray]:
    """The mel basis and its transpose, both sparse; by how much filters cover each bin: float32 [513, 1]."""
    basis = librosa.filters.mel(sr=sample_rate, n_fft=WINDOW_LENGTH, n_mels=n_mels)
    covered = np.maximum(basis.sum(axis=0), 1e-12)[:, None]
    return scipy.sparse.csr_array(basis), scipy.sparse.csr_array(basis.T), covered


def shift_explorer(n_mels: int = 128, n_bands: int = 10) -> ipywidgets.Widget:
    """Shift a tone by rows of the mel spectrogram: see by which factor each row moves, and hear what becomes of it.

    Parameters
    ----------
    n_mels : int
        How many bands there are between 0 Hz and half the sample rate.
    n_bands : int
        Where the slider begins: by so many rows up.

    Returns
    -------
    explorer : ipywidgets.Widget
        Where no kernel runs, its last picture and sound stand in its place.
    """
    band_mel = librosa.hz_to_mel(SAMPLE_RATE / 2) / (n_mels + 1)

    def show(n_bands: int) -> tuple[Any, Any, str]:
        rows = np.arange(5, n_mels - n_bands)
        old, new = (librosa.mel_to_hz((rows + 1 + by) * band_mel) for by in (0, n_bands))
        lines = {"by rows": new / old, f"a warp by {WARP}": np.full(len(rows), WARP)}
        ratio = dict(zip(rows, new / old, strict=True))
        title = f"{n_bands} rows up: times {ratio[20]:.2f} at row 20, times {ratio[rows[-1]]:.2f} at row {rows[-1]}."
        picture = plot.curves(rows, lines, title, "row of the mel spectrogram", "new by old frequency")
        partials = librosa.mel_to_hz(librosa.hz_to_mel(TONE_HZ * np.array(PARTIALS)) + n_bands * band_mel)
        sound = play(_partials_to_sound(partials), f"a tone of {TONE_HZ:.0f} Hz, {n_bands} rows up")
        return picture, sound, _caption(partials)

    controls = {"n_bands": ipywidgets.IntSlider(n_bands, 0, 30, description="Rows up", **LOOK)}
    return Explorer(controls, show)


def _partials_to_sound(hertz: np.ndarray) -> np.ndarray:
    """One second of cosines, each half as loud as the one an octave below it."""
    seconds = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tones = [TONE_HZ / at * np.cos(2 * np.pi * at * seconds) for at in hertz if at < SAMPLE_RATE / 2]
    return 0.1 * np.sum(tones, axis=0) * np.minimum(1, 20 * np.minimum(seconds, seconds[::-1]))


def _caption(partials: np.ndarray) -> str:
    """Where the first partials lie, and where they would be in tune with the first."""
    first = ", ".join(f"{hertz:.0f}" for hertz in partials[:4])
    multiples = ", ".join(f"{partials[0] * k:.0f}" for k in range(2, 5))
    return f"The first four partials lie at <b>{first} Hz</b>. Multiples of the first would lie at {multiples} Hz."


def warp_panel(mel: Any, edits: Mapping[str, Callable[..., Any]], sample_rate: int = SAMPLE_RATE) -> "WarpPanel":
    """Try edits of a mel spectrogram on a voice: choose, move, see, hear, keep, undo.

    Parameters
    ----------
    mel : float [n_mels, n_frames]
        As `mel_to_sound` takes it. It is not changed.
    edits : mapping of str to callable
        Each takes a mel spectrogram first. Of its other parameters these have a control: `n_bands`; `first` and `last`
        (bands); `gain_db`; `start` and `stop` (frames); `factor`. `sample_rate` is handed over as well.
    sample_rate : int
        In Hz.

    Returns
    -------
    panel : WarpPanel
        `panel.steps` is the list of what was kept. Where no kernel runs, its pictures and sounds stand in its place.
    """
    return WarpPanel(mel, edits, sample_rate)


class WarpPanel(Explorer):
    """What `warp_panel` gives: an edit that is tried out, on top of those that were kept.

    Parameters
    ----------
    mel, edits, sample_rate
        As for `warp_panel`.
    """

    def __init__(self, mel: Any, edits: Mapping[str, Callable[..., Any]], sample_rate: int) -> None:
        self._edits, self._sample_rate = dict(edits), sample_rate
        self._mels = [np.array(mel)]
        self.steps: list[list[Any]] = []
        self._drawing = True
        self._keep = ipywidgets.Button(description="Keep this edit")
        self._undo = ipywidgets.Button(description="Undo", disabled=True)
        self._keep.on_click(self._keep_edit)
        self._undo.on_click(self._undo_edit)
        self._original = mel_to_sound(mel, sample_rate)
        super().__init__(_controls(*self._mels[0].shape, names=[NO_EDIT, *edits]), self._try_out)
        *controls, shown = self.children
        self.children = [*controls, ipywidgets.HBox([self._keep, self._undo]), shown]

    def _try_out(self, edit: str, **values: Any) -> tuple[Any, ...]:
        """What is to be seen and heard of the edit that is chosen."""
        self._step: list[Any] = [] if edit == NO_EDIT else [edit, *self._settings(edit, **values)]
        self._result, problem = self._apply(self._step)
        self._keep.disabled = self._result is None or not self._step
        kept = f"Kept so far: <code>{escape(json.dumps(self.steps))}</code>."
        sounds = {"the original": self._original}
        panels = {"The original": self._mels[0]}
        if self._result is None:
            told = escape(problem)
        else:
            sounds["edited"], panels["Edited"] = mel_to_sound(self._result, self._sample_rate), self._result
            call = f"{edit}({', '.join(['mel', *map(str, self._step[1:])])})"
            told = f"<code>{escape(call)}</code>." if self._step else "No edit is chosen."
        return _picture(panels), compare(sounds, self._sample_rate), f"{told} {kept}"

    def _settings(self, edit: str, **values: Any) -> list[Any]:
        """The settings of a call, each from the control that bears its parameter's name; others can't be moved."""
        known = {"sample_rate": self._sample_rate}
        wanted = list(inspect.signature(self._edits[edit]).parameters)[1:]
        for control, names in PARAMETERS.items():
            known |= dict(zip(names, np.atleast_1d(values[control]).tolist(), strict=True))
            self._controls[control].disabled = not set(names) & set(wanted)
        # by position: what follows an unknown parameter cannot be handed over
        return [known[name] for name in itertools.takewhile(known.__contains__, wanted)]

    def _apply(self, step: list[Any]) -> tuple[np.ndarray | None, str]:
        """What a step makes of what was kept, or None and the reason."""
        if not step:
            return self._mels[-1], ""
        name, *settings = step
        try:
            result = self._edits[name](self._mels[-1].copy(), *settings)
        except Exception as error:  # a student's function may do anything
            return None, f"{name} stops with {type(error).__name__}: {str(error)[:200]}."
        if result is ...:
            return None, f"{name} has a step that is still “...”."
        array = as_numbers(result)
        if array is None or array.dtype.kind == "c" or array.ndim != 2 or min(array.shape) < 2:
            return None, f"{name} gives no mel spectrogram: a table of real numbers, bands by frames, is wanted."
        if not np.isfinite(array).all():
            return None, f"{name} gives values that are infinite or no numbers."
        return array, ""

    def _keep_edit(self, _: Any) -> None:
        if self._result is not None and self._step:
            self.steps.append(self._step)
            self._mels.append(self._result)
            self._choose_none()

    def _undo_edit(self, _: Any) -> None:
        if self.steps:
            self.steps.pop()
            self._mels.pop()
            self._choose_none()

    def _choose_none(self) -> None:
        """Show what is kept; frames can be chosen as far as it reaches."""
        self._undo.disabled = not self.steps
        edit, frames = self._controls["edit"], self._controls["frames"]
        # several controls move, and one picture is enough
        self._drawing = False
        frames.max = self._mels[-1].shape[1]
        frames.value = (0, frames.max)
        edit.value = NO_EDIT
        self._drawing = True
        self._draw()

    def _draw(self, _: Any = None) -> None:
        if self._drawing:
            super()._draw()


def _controls(n_mels: int, n_frames: int, names: list[str]) -> dict[str, ipywidgets.Widget]:
    """A control for each parameter that edits may have; one redraws when it is let go, for each sound takes a while."""
    look = {**LOOK, "continuous_update": False}
    return {
        "edit": ipywidgets.SelectionSlider(options=names, value=names[1], description="Edit", **look),
        "n_bands": ipywidgets.IntSlider(10, -40, 40, description="n_bands", **look),
        "factor": ipywidgets.FloatSlider(1.25, min=0.5, max=2.0, step=0.05, description="factor", **look),
        "frames": ipywidgets.IntRangeSlider(
            value=(0, n_frames), min=0, max=n_frames, description="start, stop", **look
        ),
        "bands": ipywidgets.IntRangeSlider(
            value=(n_mels // 2, n_mels - 1), min=0, max=n_mels - 1, description="first, last", **look
        ),
        "gain_db": ipywidgets.FloatSlider(-60.0, min=-60.0, max=20.0, step=5.0, description="gain_db", **look),
    }


def _picture(panels: Mapping[str, np.ndarray]) -> plot.Picture:
    """Mel spectrograms side by side, in dB, with 80 dB below the loudest cell of all."""
    decibels = {title: 10 * np.log10(np.maximum(np.nan_to_num(mel), FAINTEST)) for title, mel in panels.items()}
    floor = max(values.max() for values in decibels.values()) - 80
    shown = {title: np.maximum(values, floor) for title, values in decibels.items()}
    return plot.cells(shown, "time in s", "mel band", "level in dB", x_step=HOP_LENGTH / SAMPLE_RATE)
