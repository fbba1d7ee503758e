"""An input on which a function is tried, how its result is looked at, and how to speak of places in it."""

import importlib
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


@dataclass(frozen=True, init=False)
class Probe:
    """How to look at what is no plain data, a network for one: a function of `course.probes`.

    It gets the student's function, the positional and the named arguments of the call, and what stands here.
    """

    name: str
    data: tuple[Any, ...]

    def __init__(self, name: str, *data: Any):
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "data", data)

    def look(self, function: Callable, positional: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """What the probe sees of a call: plain data."""
        probes = importlib.import_module("course.probes")  # imported where one is used: it takes its time
        return getattr(probes, self.name)(function, positional, named, *self.data)


class Unfit(Exception):
    """A result that a probe can't look at; the message is for the student."""


@dataclass(frozen=True)
class Case:
    """The arguments of one call, and the axes of its result."""

    positional: tuple[Any, ...]
    named: dict[str, Any] = field(default_factory=dict)
    axes: tuple[Axis, ...] = ()
    probe: Probe | None = None
    """how its result is looked at, if it is no plain data"""

    @classmethod
    def of(cls, *positional: Any, axes: tuple[Axis, ...] = (), probe: Probe | None = None, **named: Any) -> "Case":
        """Write a case as its call is written."""
        return cls(positional, named, axes, probe)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Case":
        """A case that crossed a wire, from what `as_data` gave."""
        probe = Probe(*data["probe"]) if data["probe"] else None
        return cls(tuple(data["positional"]), data["named"], probe=probe)

    def as_data(self) -> dict[str, Any]:
        """The call as lists, a dict and what is in them; the axes stay here."""
        probe = [self.probe.name, *self.probe.data] if self.probe else []
        return {"positional": list(self.positional), "named": self.named, "probe": probe}

    def with_each(self, change: Callable[[Any], Any]) -> "Case":
        """The same case, `change` made to every argument and to all that its probe takes."""
        probe = self.probe and Probe(self.probe.name, *map(change, self.probe.data))
        named = {name: change(value) for name, value in self.named.items()}
        return Case(tuple(map(change, self.positional)), named, self.axes, probe)

    def copy(self) -> "Case":
        """The same case with arrays of its own, so that a call can't spoil the original."""
        return deepcopy(self)

    def call(self, function: Callable) -> Any:
        """Call `function` with the arguments of this case, and look at what comes."""
        if self.probe is not None:
            return self.probe.look(function, self.positional, self.named)
        return function(*self.positional, **self.named)

    def by_name(self, function: Callable) -> dict[str, Any]:
        """The arguments by the names that `function` gives them; empty where they don't fit."""
        try:
            return dict(inspect.signature(function).bind(*self.positional, **self.named).arguments)
        except (TypeError, ValueError):
            return {}
