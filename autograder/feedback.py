"""The feedback pages: nbgrader's own, one for each graded submission, several at a time."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from autograder.errors import PlainError
from autograder.grade import autograded, default_gradebook
from autograder.nbgrader_course import NbgraderError, generate_feedback, load_config


class NothingGraded(PlainError):
    """There is nothing to write feedback on; the message says what to do first."""


def write_feedback(
    course: Path,
    lesson: str,
    class_folder: Path,
    workers: int,
    db_url: str | None = None,
    track: Callable[[Iterator, int], Iterator] = lambda each, total: each,
) -> dict[str, str]:
    """Write `class_folder`/feedback/STUDENT/`lesson`/`lesson`.html for everybody who is graded.

    Parameters
    ----------
    course : Path
        The course's folder.
    lesson : str
    class_folder : Path
        Where autograded/ lies.
    workers : int
        How many processes write.
    db_url : str, optional
        The gradebook's address; by default `gradebook.db` in `class_folder`.
    track : callable, optional
        Gets the students as they are done, and how many there are to be; a place for a progress bar.

    Returns
    -------
    problems : dict of str to str
        Why there is no page, by student; empty if all went well.

    Raises
    ------
    NothingGraded
    """
    class_folder = class_folder.resolve()
    students = sorted(path.name for path in (class_folder / "autograded").glob("*"))
    students = [student for student in students if autograded(class_folder, student, lesson).is_file()]
    if not students:
        raise NothingGraded(f"Nothing of {lesson} is graded in {class_folder}. Run first: autograder grade {lesson}")
    problems = {}
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        address = db_url or default_gradebook(class_folder)
        pages = {pool.submit(_write_page, course, lesson, class_folder, each, address): each for each in students}
        for done in track(as_completed(pages), len(pages)):
            if error := done.exception():
                problems[pages[done]] = str(error)
    return problems


def _write_page(course: Path, lesson: str, class_folder: Path, student: str, db_url: str) -> None:
    config = load_config(course, root=class_folder)
    config.CourseDirectory.db_url = db_url
    try:
        generate_feedback(config, lesson, student)
    except NbgraderError as error:
        raise NbgraderError(str(error)) from None
