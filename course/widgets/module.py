"""One ES module for each widget, put together from the files of `static/`: no build step, and no code twice."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"


def module(*names: str) -> str:
    """The text of an ES module.

    Parameters
    ----------
    names : str
        Files of `static/`, what is used before what uses it; the last one has the module's `export default`.
    """
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def style(*names: str) -> str:
    """The text of a style sheet, from files of `static/`."""
    return module(*names)
