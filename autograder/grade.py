"""A class's submissions -> marks in the gradebook, executed notebooks in autograded/, a line each in marks.csv."""

import csv
import fcntl
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from autograder.errors import PlainError
from autograder.graded import Graded
from autograder.lesson import Lesson
from autograder.pipeline import Order, version_of
from autograder.sandbox.bubblewrap import NoSandbox
from autograder.sandbox.limits import Limits
from autograder.submissions import Submission, read_submission, submitted
from autograder.turns import grade_all
from autograder.workers import Cluster, Pool

if TYPE_CHECKING:
    from autograder.gradebook import GradebookWriter

FRAME = ("student", "lesson", "total", "out_of", "problem", "remarks")
"""The columns of marks.csv beside those of the exercises."""
LOCK = ".grading"
READ_ONLY = 0o444
"""As nbgrader leaves what it has graded."""

T = TypeVar("T")
Track = Callable[[Iterator[T], int], Iterator[T]]


class AlreadyGrading(PlainError):
    """Somebody grades this class at the moment; the message says what to do."""


@dataclass(frozen=True)
class Mark:
    """What one student earned in one lesson."""

    student: str
    lesson: str
    points: dict[str, float] | None
    """by exercise; None if the submission was not graded"""
    out_of: float
    problem: str | None = None
    """why it could not be read, or was not graded"""
    remarks: tuple[str, ...] = ()
    """what was put right on the way, and which limits were met"""

    @property
    def total(self) -> float | None:
        """All points together."""
        return None if self.points is None else sum(self.points.values())


def grade(
    course: Path,
    lessons: Sequence[Lesson],
    class_folder: Path,
    workers: Pool | Cluster,
    *,
    db_url: str | None = None,
    force: bool = False,
    unsafe: bool = False,
    limits: Limits | None = None,
    track: Track = lambda each, total: each,
) -> list[Mark]:
    """Grade everything in `class_folder`/submitted/*/ of some lessons that is not graded yet.

    Parameters
    ----------
    course : Path
        The course's folder.
    lessons : sequence of Lesson
    class_folder : Path
        Where submitted/ lies, and where autograded/, gradebook.db and marks.csv are written.
    workers : Pool or Cluster
        Who does the work; closed at the end.
    db_url : str, optional
        The gradebook's address; by default `gradebook.db` in `class_folder`.
    force : bool, optional
        Whether to grade again what was graded with the same bytes by the same version; the log keeps the old marks.
    unsafe : bool, optional
        Whether to do without a sandbox.
    limits : Limits, optional
    track : callable, optional
        Gets the submissions as they are done, and how many there are to be; a place for a progress bar.

    Returns
    -------
    marks : list of Mark
        One for each submission: lesson by lesson, in the order of the students' names.

    Raises
    ------
    NothingToGrade
        If nobody has submitted one of the lessons.
    AlreadyGrading
        If another process grades this class.
    NoSandbox, GradebookError
    """
    course, class_folder = course.resolve(), class_folder.resolve()
    handed_in = {lesson.name: submitted(class_folder, lesson.name) for lesson in lessons}
    seed, limits = secrets.token_hex(16), limits or Limits()
    orders = {name: _order_for_nobody(course, name, seed, limits, unsafe) for name in handed_in}
    failed: dict[tuple[str, str], str] = {}
    with _alone(class_folder), closing(workers):
        at = _begin_to_warm_up(workers, orders, handed_in)
        # nbgrader takes two seconds to import; the workers warm up meanwhile
        from autograder.database import register
        from autograder.gradebook import GradebookWriter
        from autograder.nbgrader_course import load_config

        db_url = db_url or default_gradebook(class_folder)
        for lesson in lessons:
            register(course, lesson, db_url)
        with GradebookWriter(db_url, load_config(course)) as gradebook:
            waiting = [
                _order_of(student, order)
                for name, order in orders.items()
                for student in handed_in[name]
                if force or not _is_done(class_folder, student, order, gradebook)
            ]
            results = grade_all(waiting, workers, at=at, read=partial(_with_files, class_folder))
            for submission, graded in track(results, len(waiting)):
                if isinstance(graded, Graded):
                    write_autograded(class_folder, graded)
                    gradebook.record(graded)
                elif isinstance(graded, NoSandbox):
                    raise graded
                else:
                    failed[submission.student, submission.lesson] = str(graded) or type(graded).__name__
            marks = [mark for lesson in lessons for mark in _marks(gradebook, lesson, handed_in[lesson.name], failed)]
    write_marks(marks, lessons, class_folder / "marks.csv")
    return marks


def _order_for_nobody(course: Path, lesson: str, seed: str, limits: Limits, unsafe: bool) -> Order:
    """What all orders of a lesson have in common."""
    return Order(course, Submission("", lesson, {}, None, ()), version_of(course, lesson), seed, limits, unsafe)


def _order_of(student: str, order: Order) -> Order:
    return replace(order, submission=replace(order.submission, student=student))


def _with_files(class_folder: Path, order: Order) -> Order:
    submission = read_submission(class_folder, order.submission.student, order.submission.lesson)
    return replace(order, submission=submission)


def _begin_to_warm_up(
    workers: Pool | Cluster, orders: dict[str, Order], handed_in: dict[str, list[str]]
) -> dict[int, str]:
    """Let each worker get ready for a lesson, the largest ones first; who gets ready for which."""
    largest_first = sorted(orders, key=lambda name: len(handed_in[name]), reverse=True)
    at = {worker: largest_first[worker % len(largest_first)] for worker in range(workers.workers)}
    for worker, lesson in at.items():
        workers.warm_up(worker, orders[lesson])
    return at


def default_gradebook(class_folder: Path) -> str:
    """The address of a class's own gradebook."""
    return f"sqlite:///{class_folder.resolve() / 'gradebook.db'}"


def _is_done(class_folder: Path, student: str, order: Order, gradebook: "GradebookWriter") -> bool:
    lesson = order.submission.lesson
    fingerprint = read_submission(class_folder, student, lesson).fingerprint
    kept = autograded(class_folder, student, lesson).is_file()
    return kept and gradebook.is_graded(student, lesson, fingerprint, order.version)


def autograded(class_folder: Path, student: str, lesson: str) -> Path:
    """Where the executed notebook of a submission stands, for nbgrader's feedback and formgrader."""
    return class_folder / "autograded" / student / lesson / f"{lesson}.ipynb"


def write_autograded(class_folder: Path, graded: Graded) -> None:
    """Write the executed notebook, whole or not at all."""
    path = autograded(class_folder, graded.student, graded.lesson)
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, json.dumps(graded.notebook, ensure_ascii=False, indent=1))
    if graded.timestamp is not None:
        _replace(path.with_name("timestamp.txt"), graded.timestamp)


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    part.write_text(text, encoding="utf-8")
    part.chmod(READ_ONLY)
    part.replace(path)


def _marks(
    gradebook: "GradebookWriter", lesson: Lesson, students: list[str], failed: dict[tuple[str, str], str]
) -> list[Mark]:
    out_of = sum(exercise.points for exercise in lesson.exercises.values())
    records = {record.student: record for record in gradebook.marks(lesson.name)}
    marks = []
    for student in students:
        record = records.get(student)
        problem = failed.get((student, lesson.name))
        if problem or record is None:
            marks.append(Mark(student, lesson.name, None, out_of, problem or "It was not graded."))
        else:
            marks.append(Mark(student, lesson.name, record.points, out_of, record.problem, tuple(record.remarks)))
    return marks


def write_marks(marks: list[Mark], lessons: Sequence[Lesson], path: Path) -> None:
    """Write a line for each submission: a column for each exercise, the total, what could be earned, and any problem.

    Lines of other lessons stay; a submission that was not graded has no marks, which is not the same as 0.
    """
    names = [lesson.name for lesson in lessons]
    others = [row for row in _rows(path) if row["lesson"] not in names]
    old = (name for row in others for name in row if name not in FRAME)
    exercises = dict.fromkeys([*old, *(name for lesson in lessons for name in lesson.exercises)])
    rows = [
        {"student": mark.student, "lesson": mark.lesson, **(mark.points or {})}
        | {"total": mark.total, "out_of": mark.out_of, "problem": mark.problem, "remarks": " ".join(mark.remarks)}
        for mark in marks
    ]
    temporary = path.with_suffix(".csv.part")
    # with its byte order mark a spreadsheet takes the file for what it is
    with open(temporary, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, [*FRAME[:2], *exercises, *FRAME[2:]])
        writer.writeheader()
        writer.writerows(_harmless_in_a_spreadsheet(row) for row in [*others, *rows])
    temporary.replace(path)


def _harmless_in_a_spreadsheet(row: dict) -> dict:
    """Text that a spreadsheet would take for a formula, marked as text."""
    return {
        name: f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
        for name, value in row.items()
    }


def _rows(path: Path) -> list[dict[str, str]]:
    """The lines that a marks file holds already."""
    if not path.is_file():
        return []
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@contextmanager
def _alone(class_folder: Path) -> Iterator[None]:
    """One grader at a time; the kernel gives the lock back when its holder dies, however that was."""
    with open(class_folder / LOCK, "a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyGrading(
                f"Another autograder is grading {class_folder} now. Let it finish, or stop it, and try again."
            ) from error
        yield
