"""What all explorers share: controls, and below them what they change."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets

LOOK = {"style": {"description_width": "10em"}, "layout": {"width": "34em", "max_width": "98%"}}
"""How wide a control and its name are."""


class Explorer(ipywidgets.VBox):
    """Controls above pictures, sounds and a caption, which stand for all where no kernel runs.

    Parameters
    ----------
    controls : mapping of str to ipywidgets.Widget
        Each with a `description` that says what it does.
    show : callable
        Takes the controls' values by their names; gives what is to be seen: everything that a notebook can show as
        HTML (`Picture`, `Player`), and last the caption, a text that may hold markup of ours.
    """

    def __init__(self, controls: Mapping[str, ipywidgets.Widget], show: Callable[..., Iterable[Any]]) -> None:
        self._controls, self._show = dict(controls), show
        self._shown = ipywidgets.HTML()
        for control in self._controls.values():
            control.observe(self._draw, names="value")
        self._draw()
        super().__init__([*self._controls.values(), self._shown])

    def _draw(self, _: Any = None) -> None:
        *seen, caption = self._show(**{name: control.value for name, control in self._controls.items()})
        below = f'<div role="status">{caption}</div>'
        self._shown.value = "".join([*(each._repr_html_() for each in seen), below])

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return super()._repr_mimebundle_(**options) | {"text/html": self._shown.value}
