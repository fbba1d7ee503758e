"""What all explorers share: controls, and below them what they change: seen, heard and told at once."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

import anywidget
import soundfile
import traitlets

from course.player import Player
from course.plot import Picture
from course.widgets.module import module, style

MOST_CHARACTERS = 60
"""Of a text that somebody types: its answer is to come while they wait."""


@dataclass(frozen=True)
class Control:
    """One of several options, chosen by hand."""

    kind: ClassVar[str]
    """What the browser calls it."""
    label: str
    """What it does: its name for eyes and ears."""
    options: Sequence[Any] | Mapping[str, Any]
    """What can be chosen, in order; a mapping gives each option its name."""
    value: Any
    """What is chosen at first."""

    @property
    def names(self) -> list[str]:
        """The options as they are read."""
        return list(map(str, self.options))

    @property
    def described(self) -> dict[str, Any]:
        """What the browser must know of it."""
        return {"kind": self.kind, "label": self.label, "options": self.names}

    @property
    def values(self) -> list[Any]:
        """The options as `show` takes them."""
        return list(self.options.values() if isinstance(self.options, Mapping) else self.options)

    def position_of(self, value: Any) -> int:
        """Where a value stands among the options.

        Raises
        ------
        ValueError
            If it is none of them.
        """
        if value not in self.values:
            raise ValueError(
                f"{self.label}: {value!r} can't be chosen. Take one of {', '.join(map(repr, self.values))}."
            )
        return self.values.index(value)

    def value_at(self, position: int) -> Any:
        """The option that stands there."""
        return self.values[position]


class Slider(Control):
    """A control whose options lie on a line."""

    kind = "slider"


class Choice(Control):
    """A control whose options are a list."""

    kind = "choice"


@dataclass(frozen=True)
class Text:
    """A line that is typed: its position is what stands there. It asks when Enter is pressed, or the hand rests."""

    kind: ClassVar[str] = "text"
    label: str
    """What it is for: its name for eyes and ears."""
    value: str
    """What stands there at first."""

    @property
    def described(self) -> dict[str, Any]:
        """What the browser must know of it."""
        return {"kind": self.kind, "label": self.label, "most": MOST_CHARACTERS}

    def position_of(self, value: str) -> str:
        """The text as it will stand there.

        Raises
        ------
        ValueError
            If it is no text.
        """
        if not isinstance(value, str):
            raise ValueError(f"{self.label}: {value!r} is no text. Write it in quotation marks.")
        return self.value_at(value)

    def value_at(self, position: Any) -> str:
        """What was typed, without what can't be printed, and not longer than somebody would wait for."""
        return "".join(filter(str.isprintable, str(position)))[:MOST_CHARACTERS]


class Explorer(anywidget.AnyWidget):
    """Controls above pictures, sounds and a caption, which stand for all where no kernel runs.

    A control that is moved asks for what its new setting shows, one question at a time; the first sound of the answer
    begins to play. What `show` raises stands in the caption.

    Parameters
    ----------
    controls : mapping of str to Control or Text
    show : callable
        Takes the controls' values by their names; gives what is to be seen and heard (`Picture`, `Player`), and last
        the caption, a text that may hold markup of ours.
    """

    _esm = module("turns.js", "sound.js", "explorer.js")
    _css = style("explorer.css")
    described = traitlets.List().tag(sync=True)
    """The controls, for the browser."""
    answer = traitlets.Dict().tag(sync=True)
    """What is shown, for the browser, and the question that it answers: a state, so that it is there at once even if
    the kernel is busy with the cells below."""

    def __init__(self, controls: Mapping[str, Control | Text], show: Callable[..., Iterable[Any]]) -> None:
        self.controls, self._show = dict(controls), show
        self._positions = {name: control.position_of(control.value) for name, control in self.controls.items()}
        self._shown: _Shown | None = None
        super().__init__(described=[{"name": name, **control.described} for name, control in self.controls.items()])
        self.on_msg(self._hear)

    @property
    def values(self) -> dict[str, Any]:
        """What is chosen, by the controls' names."""
        return {name: control.value_at(self._positions[name]) for name, control in self.controls.items()}

    def set(self, **values: Any) -> None:
        """Move controls from Python.

        Parameters
        ----------
        values
            By the controls' names.

        Raises
        ------
        KeyError
            If there is no such control.
        ValueError
            If a control has no such option, or a text is none.
        """
        self._move({name: self.controls[name].position_of(value) for name, value in values.items()})
        self._tell()

    def _hear(self, _: Any, question: dict[str, Any], buffers: Any) -> None:
        self._move(question["positions"])
        self._tell(question["number"], question["play"])

    def _move(self, positions: Mapping[str, int | str]) -> None:
        if moved := dict(positions.items() - self._positions.items()):
            self._positions, self._shown = self._positions | moved, None

    def _tell(self, number: str = "", play: bool = False) -> None:
        shown = self._look()
        self.answer = {
            "number": number,
            "play": play,
            "positions": self._positions,
            "parts": shown.parts,
            "caption": shown.caption,
        }

    def _look(self) -> "_Shown":
        """What is to be seen, heard and told of the values that are chosen; found out when somebody looks."""
        if self._shown is None:
            try:
                self._shown = _Shown.of(self._show(**self.values))
            # an explorer is in a student's hands: whatever happens, its controls go on
            except (Exception, KeyboardInterrupt) as error:
                setting = ", ".join(f"{self.controls[name].label} {value}" for name, value in self.values.items())
                problem = f"This can't be shown ({setting}): {type(error).__name__}: {error}"
                self._shown = _Shown((), [], escape(problem))
        return self._shown

    def __repr__(self) -> str:
        return f"Explorer({', '.join(f'{name}={value!r}' for name, value in self.values.items())})"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self._tell()
        data, metadata = super()._repr_mimebundle_(**options)
        return data | {"text/html": self._look().html()}, metadata


@dataclass(frozen=True)
class _Shown:
    """One setting's pictures and sounds, what the browser is told of them, and the caption."""

    seen: tuple[Any, ...]
    parts: list[dict[str, Any]]
    caption: str

    @classmethod
    def of(cls, shown: Iterable[Any]) -> "_Shown":
        *seen, caption = shown
        return cls(tuple(seen), list(map(_part, seen)), caption)

    def html(self) -> str:
        """The same without a kernel."""
        return "".join([*(each._repr_html_() for each in self.seen), f'<div role="status">{self.caption}</div>'])


def _part(seen: Picture | Player) -> dict[str, Any]:
    """What the browser is told of a picture or a sound; a note where there is none yet."""
    if isinstance(seen, Player):
        if not seen.wav:
            return {"kind": "note", "text": seen.caption}
        # the samples as every player has them: with 16 bits, and within full scale
        samples, rate = soundfile.read(io.BytesIO(seen.wav), dtype="float32")
        return {
            "kind": "sound",
            "label": seen.label,
            "caption": seen.caption,
            "rate": rate,
            "samples": samples.tobytes(),
        }
    if seen.sheet is None:
        return {"kind": "note", "text": seen.alt}
    return {"kind": "picture", "alt": seen.alt, "png": seen.png()}
