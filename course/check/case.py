"""An input on which a function is tried, and how to speak of places in its result."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Axis:
    """One axis of a result, in the terms of the lesson."""

    name: str
    """what one step along the axis is, for example "frame" or "bin" """
    step: float | None = None
    """how much one step is, in `unit`"""
    unit: str = ""

    def place(self, index: int) -> str:
        """Say where `index` is, for example "bin 17 (183 Hz)"."""
        if self.step is None:
            return f"{self.name} {index}"
        return f"{self.name} {index} ({index * self.step:.4g} {self.unit})"


@dataclass(frozen=True)
class Case:
    """The arguments of one call, and the axes of its result."""

    positional: tuple[Any, ...]
    named: dict[str, Any] = field(default_factory=dict)
    axes: tuple[Axis, ...] = ()

    @classmethod
    def of(cls, *positional: Any, axes: tuple[Axis, ...] = (), **named: Any) -> "Case":
        """Write a case as its call is written."""
        return cls(positional, named, axes)

    def copy(self) -> "Case":
        """The same case with arrays of its own, so that a call can't spoil the original."""
        return deepcopy(self)

    def call(self, function: Callable) -> Any:
        """Call `function` with the arguments of this case."""
        return function(*self.positional, **self.named)

    def by_name(self, function: Callable) -> dict[str, Any]:
        """The arguments by the names that `function` gives them; empty where they don't fit."""
        try:
            return dict(inspect.signature(function).bind(*self.positional, **self.named).arguments)
        except (TypeError, ValueError):
            return {}
