"""The warp studio: Python's half, which edits, makes the sound, and tells."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import anywidget
import numpy as np
import traitlets

from course import plot
from course.amplitudes import SAMPLE_RATE, checked_amplitudes, checked_rate
from course.engine import Voice
from course.player import compare
from course.widgets.edits import EDITS, Box
from course.widgets.levels import RANGE_DB, colour_steps, loudness, palette, within_full_scale
from course.widgets.module import module, style
from course.widgets.studio import words
from course.widgets.studio.call import Edit
from course.widgets.studio.take import Take, Takes
from course.widgets.trial import Outcome, Trial, accept_table, shape_in_words

LONGEST = 60
"""Seconds that a voice can be stretched to."""
SECONDS = 3.0
"""How long a student's function may take."""
LOUDEST = 1e12
"""More power than this in a cell counts as this much, so that no sum overflows."""
FAINTEST = 1e-10


class WarpStudio(anywidget.AnyWidget):
    """A voice's mel spectrogram to paint on: drag a box, choose an edit, and hear it at once.

    Parameters
    ----------
    amplitudes : float [n_samples]
        The voice.
    edits : mapping of str to callable, optional
        More edits by their names. Each takes a mel spectrogram, power [n_mels, n_frames], and gives another one. Its
        parameters `start`, `stop` (frames), `first`, `last` (bands) come from the box, `sample_rate` is handed over,
        and numbers such as `n_bands`, `factor`, `gain_db` are typed in.
    sample_rate : int
        In Hz.
    n_mels : int
        How many mel bands there are between 0 Hz and half the sample rate.

    Raises
    ------
    AudioError
        If the amplitudes are no sound.
    ValueError
        If an edit has the name of one that is built in.
    """

    _esm = module(
        *("turns.js", "sound.js", "parts.js", "cells.js"),
        *("studio_box.js", "studio_pictures.js", "studio.js"),
    )
    _css = style("parts.css", "studio.css")
    settings = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        amplitudes: Any,
        edits: Mapping[str, Callable[..., Any]] | None = None,
        sample_rate: int = SAMPLE_RATE,
        n_mels: int = 128,
    ) -> None:
        signal = checked_amplitudes(amplitudes, "amplitudes").astype(np.float32)
        self._rate = checked_rate(sample_rate)
        self._edits = _all_edits(edits or {})
        self._voice = Voice(signal, self._rate, n_mels)
        mel = np.array(self._voice.mel, dtype=np.float32)
        self._edges = words.band_edges(len(mel), self._rate)
        self._takes = Takes(mel, signal, self._voice.render)
        self._most_frames = max(mel.shape[1], LONGEST * self._rate // words.HOP_LENGTH)
        self._trial = Trial(self._accept, SECONDS)
        self._said, self._shown = "The original.", False
        super().__init__(settings=self._settings())
        self.on_msg(self._receive)

    @property
    def mel(self) -> np.ndarray:
        """The mel spectrogram as it is now: float32 [n_mels, n_frames]."""
        return self._takes.now.mel.copy()

    @property
    def sound(self) -> np.ndarray:
        """The voice as it is now, never louder than full scale: float32 [n_samples]."""
        return within_full_scale(self._takes.sound())

    @property
    def steps(self) -> list[list[Any]]:
        """What was done: for each edit its name, then what followed the mel spectrogram in the call."""
        return [list(take.step) for take in self._takes.done]

    @property
    def caption(self) -> str:
        """What was done last, and how loud the voice is now."""
        return f"{self._said} {loudness(float(np.abs(self._takes.sound()).max(initial=0)))}"

    def apply(self, name: str, box: Any = None, **values: float) -> None:
        """Edit the voice; the caption says what became of it.

        Parameters
        ----------
        name : str
            Of an edit, built in (mute, gain, reverse, mirror, shift, stretch, warp) or one's own.
        box : (int, int, int, int), optional
            First frame, frame after the last, lowest and highest band; everything by default.
        values : float
            Of the edit's other parameters, by their names.
        """
        if name not in self._edits:
            raise ValueError(f"name: there is no edit {name!r}. Choose one of {', '.join(self._edits)}.")
        self._apply(self._edits[name], box or (0, self.mel.shape[1], 0, len(self.mel)), values)
        self._show()

    def undo(self) -> None:
        """Take back the last edit."""
        self._go(-1)
        self._show()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._go(1)
        self._show()

    def reset(self) -> None:
        """Take back all edits."""
        self._go(-len(self._takes.done))
        self._show()

    def _apply(self, edit: Edit, box: Any, values: Mapping[str, Any]) -> None:
        mel = self._takes.now.mel
        within = Box.within(mel.shape, *map(int, box))
        arguments = edit.arguments(within, values, self._rate)
        outcome = self._trial.call(edit.name, edit.function, mel, arguments)
        if outcome.value is None:
            self._said = f"{outcome.told} Nothing was changed."
            return
        said = words.call(edit, arguments)
        self._takes.add(Take(outcome.value, step=(edit.name, *arguments), told=said))
        where = words.place(edit, within, self._edges, self._rate)
        self._said = f"{said}{': ' if where else ''}{where}. {outcome.told}".strip()

    def _accept(self, name: str, result: Any) -> Outcome:
        """A result of an edit as a mel spectrogram, float32, or why it is none."""
        outcome = accept_table(name, result, self._problem)
        if outcome.value is None:
            return outcome
        below = np.count_nonzero(outcome.value < 0)
        told = f"{name} gives {below} cells below zero, which count as silence." if below else ""
        return Outcome(np.clip(outcome.value, 0, LOUDEST).astype(np.float32), told)

    def _problem(self, shape: tuple[int, ...]) -> str:
        n_mels = len(self._takes.original.mel)
        if len(shape) != 2 or shape[0] != n_mels or shape[1] == 0:
            return f"{shape_in_words(shape)}, not {n_mels} bands × some frames"
        if shape[1] > self._most_frames:
            return f"{shape[1]} frames; at most {self._most_frames} can be played"
        return ""

    def _go(self, by: int) -> None:
        self._takes.go(by)
        last = self._takes.now.told
        self._said = f"Back to: {last}." if last else "The original."

    def _receive(self, _: Any, message: dict[str, Any], __: Any) -> None:
        """Do what a view asks for, all that it has asked since the last answer, and answer once."""
        before = self._takes.now
        for command in message["commands"]:
            if command["do"] == "edit":
                self._apply(self._edits[command["name"]], command["box"], command["values"])
            elif command["do"] == "begin":
                self._shown, before = True, None
                self._send_original()
            else:
                self._go({"undo": -1, "redo": 1, "reset": -len(self._takes.done)}[command["do"]])
        self._show(message["view"], self._takes.now is not before)

    def _show(self, view: str = "", changed: bool = True) -> None:
        """Tell all views how things are; one of them has asked."""
        if not self._shown:
            return
        takes = [(take, True) for take in self._takes.done] + [(take, False) for take in self._takes.undone]
        content = {
            "kind": "state",
            "view": view,
            "caption": self.caption,
            "steps": [{"told": take.told, "done": done} for take, done in takes],
            "changed": changed,
        }
        self.send(content, [self._levels(self._takes.now), self.sound.tobytes()] if changed else [])

    def _send_original(self) -> None:
        sound = within_full_scale(self._takes.original.sound).tobytes()
        self.send({"kind": "original"}, [palette(), self._levels(self._takes.original), sound])

    def _levels(self, take: Take) -> bytes:
        """A colour for each cell, the brightest for the loudest of the original: uint8 [n_mels, n_frames]."""
        reference = max(self._takes.original.mel.max(), FAINTEST)
        return colour_steps(_decibels(take.mel / reference))

    def _settings(self) -> dict[str, Any]:
        """What does not change, for the view."""
        return {
            "rate": self._rate,
            "hop": words.HOP_LENGTH,
            "edges": self._edges.tolist(),
            "range": RANGE_DB,
            "edits": [
                {
                    "name": edit.name,
                    "own": edit.own,
                    "about": "" if edit.own else edit.function.__doc__.partition(": float")[0],
                    "from_box": edit.from_box,
                    "numbers": [{"name": name} | vars(number) for name, number in edit.numbers.items()],
                }
                for edit in self._edits.values()
            ],
        }

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**options)
        return data | {"text/html": self._as_html()}, metadata

    def _as_html(self) -> str:
        """What stands in its place where no kernel runs."""
        takes = {"The original": self._takes.original}
        sounds = {"the original": within_full_scale(self._takes.original.sound)}
        if self._takes.done:
            takes["Edited"], sounds["edited"] = self._takes.now, self.sound
        decibels = {title: _decibels(take.mel) for title, take in takes.items()}
        floor = decibels["The original"].max() - RANGE_DB
        shown = {title: np.maximum(values, floor) for title, values in decibels.items()}
        seconds = words.HOP_LENGTH / self._rate
        picture = plot.cells(shown, "time in s", "mel band", "level in dB", x_step=seconds)
        done = "; ".join(take.told for take in self._takes.done)
        caption = f"<p>{escape(f'{self.caption} All edits: {done}.' if done else self.caption)}</p>"
        return f"{picture._repr_html_()}{compare(sounds, self._rate)._repr_html_()}{caption}"


def _decibels(mel: np.ndarray) -> np.ndarray:
    return 10 * np.log10(np.maximum(mel, FAINTEST))


def _all_edits(own: Mapping[str, Callable[..., Any]]) -> dict[str, Edit]:
    """The built-in edits and a student's, by their names."""
    if taken := [name for name in own if name in EDITS]:
        raise ValueError(f"edits: {', '.join(taken)} is built in already. Choose another name.")
    edits = [(name, function, False) for name, function in EDITS.items()]
    edits += [(name, function, True) for name, function in own.items()]
    return {name: Edit(name, function, is_own) for name, function, is_own in edits}
