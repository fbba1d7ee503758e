"""How an edit is called: which of its parameters the box gives, and which are numbers to be typed in."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from course.widgets.edits import Box


@dataclass(frozen=True)
class Number:
    """A parameter that is typed in."""

    value: float = 1
    """Until another is typed in."""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None

    def read(self, value: Any) -> float:
        """A number as a function is likely to want it: whole numbers as such, unless the first value is none."""
        value = float(value)
        return int(value) if value.is_integer() and not isinstance(self.value, float) else value


KNOWN = {
    "gain_db": Number(-20.0, "dB", -80, 40, 1),
    "n_bands": Number(10, "rows", -127, 127, 1),
    "factor": Number(1.25, "×", 0.25, 4, 0.05),
}
"""Parameters that edits often have."""
GIVEN = ("box", "sample_rate", *Box._fields)
"""Parameters that nobody types in."""


@dataclass(frozen=True)
class Edit:
    """A function of a mel spectrogram, and how it is called."""

    name: str
    function: Callable[..., Any]
    own: bool
    """Whether it is a student's."""
    numbers: Mapping[str, Number] = field(init=False)
    """Its parameters that are typed in, by their names."""
    parameters: tuple[str, ...] = field(init=False)
    """All that follow the mel spectrogram in a call."""

    def __post_init__(self) -> None:
        found = {parameter.name: _number(parameter) for parameter in _parameters(self.function)}
        # by position: what follows a parameter that can't be set here can't be handed over either
        names = list(found)
        stop = next((at for at, name in enumerate(names) if name not in GIVEN and found[name] is None), len(names))
        object.__setattr__(self, "parameters", tuple(names[:stop]))
        numbers = {name: found[name] for name in self.parameters if name not in GIVEN}
        object.__setattr__(self, "numbers", numbers)

    @property
    def from_box(self) -> list[str]:
        """What it takes from the box."""
        return [name for name in self.parameters if name in ("box", *Box._fields)]

    def arguments(self, box: Box, values: Mapping[str, Any], sample_rate: int) -> list[Any]:
        """What follows the mel spectrogram in a call: plain numbers and lists, so that they can be sent."""
        known = {"box": list(box), "sample_rate": sample_rate, **box._asdict()}
        known |= {name: number.read(values.get(name, number.value)) for name, number in self.numbers.items()}
        return [known[name] for name in self.parameters]


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """All after the first that can be given by position."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # not every callable has a signature, and a student's may be no callable
        return []
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [parameter for parameter in parameters[1:] if parameter.kind in by_position]


def _number(parameter: inspect.Parameter) -> Number | None:
    """How a parameter is typed in; None if its default is no number."""
    known = KNOWN.get(parameter.name, Number())
    default = parameter.default
    if default is parameter.empty:
        return known
    if not isinstance(default, Real) or isinstance(default, bool):
        return None
    return Number(
        default if isinstance(default, int) else float(default), known.unit, known.low, known.high, known.step
    )
