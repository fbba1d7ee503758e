"""Where things lie in a course."""

from pathlib import Path

from autograder.errors import PlainError


class CourseNotFound(PlainError):
    """No course here; the message says where one was looked for."""


def find_course(start: Path | None = None) -> Path:
    """The course's folder: the nearest one, from `start` upwards, that holds nbgrader_config.py and source/.

    Parameters
    ----------
    start : Path, optional
        Where to begin; the current folder by default.

    Returns
    -------
    folder : Path

    Raises
    ------
    CourseNotFound
        If there is none.
    """
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "nbgrader_config.py").is_file() and (folder / "source").is_dir():
            return folder
    raise CourseNotFound(
        f"No course found in {start} or above it (a course has nbgrader_config.py and source/). "
        "Change into the course's folder, or name it with --course."
    )
