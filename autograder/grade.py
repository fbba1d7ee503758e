"""A class's submissions -> marks in the gradebook, executed notebooks in autograded/, a line each in marks.csv."""

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from autograder.errors import PlainError
from autograder.files import alone, whole
from autograder.graded import Graded
from autograder.lesson import Lesson
from autograder.marks_file import Mark, write_marks
from autograder.pipeline import Order
from autograder.regrade import read_earlier
from autograder.sandbox.bubblewrap import NoSandbox
from autograder.sandbox.limits import Limits
from autograder.submissions import SECRET, TIMESTAMP, Submission, read_submission, submitted
from autograder.turns import Turns, grade_all
from autograder.versions import version_of
from autograder.workers import Cluster, Pool

if TYPE_CHECKING:
    from autograder.gradebook import GradebookWriter, Record

LOCK = ".grading"
LONGEST_SECRET = 1000
READ_ONLY = 0o444
"""As nbgrader leaves what it has graded."""

T = TypeVar("T")
Track = Callable[[Iterator[T], int], Iterator[T]]


class AlreadyGrading(PlainError):
    """Somebody grades this class at the moment; the message says what to do."""


def grade(
    course: Path,
    lessons: Sequence[Lesson],
    class_folder: Path,
    workers: Pool | Cluster,
    *,
    db_url: str | None = None,
    changed: bool = False,
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
    changed : bool, optional
        Whether to judge again what was judged before its lesson was changed: those exercises that the change may touch.
    force : bool, optional
        Whether to grade everything again. The log keeps old marks in either case.
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
    orders = {lesson.name: _order_for_nobody(course, lesson, seed, limits, unsafe) for lesson in lessons}
    failed: dict[tuple[str, str], str] = {}
    busy = AlreadyGrading(
        f"Another autograder is grading {class_folder} now. Let it finish, or stop it, and try again."
    )
    with alone(class_folder / LOCK, busy), closing(workers):
        # nbgrader takes two seconds to import; the workers warm up meanwhile
        likely = [
            _order_of(student, order)
            for name, order in orders.items()
            for student in handed_in[name]
            if force or changed or _looks_new(class_folder, student, name)
        ]
        at = _begin_to_warm_up(workers, likely)
        from autograder.database import register
        from autograder.gradebook import GradebookWriter
        from autograder.nbgrader_course import load_config

        db_url = db_url or default_gradebook(class_folder)
        for lesson in lessons:
            register(course, lesson, db_url)
        with GradebookWriter(db_url, load_config(course)) as gradebook:
            before = {
                (student, name): record
                for name in orders
                for student in handed_in[name]
                if (record := _graded_already(class_folder, student, name, gradebook))
            }
            waiting = [
                _order_of(student, order)
                for name, order in orders.items()
                for student in handed_in[name]
                if force or _waits(before.get((student, name)), order.version, changed)
            ]
            results = grade_all(
                waiting, workers, at=at, read=partial(_with_files, class_folder, {} if force else before)
            )
            for submission, graded in track(results, len(waiting)):
                if isinstance(graded, Graded):
                    write_autograded(class_folder, graded)
                    gradebook.record(graded)
                elif isinstance(graded, NoSandbox):
                    raise graded
                else:
                    why = failed[submission.student, submission.lesson] = str(graded) or type(graded).__name__
                    gradebook.record_failure(submission.student, submission.lesson, why)
            judged_again = {(order.submission.student, order.submission.lesson) for order in waiting} & before.keys()
            earlier = {key: before[key] for key in judged_again}
            marks = [
                mark
                for lesson in lessons
                for mark in _marks(
                    gradebook, lesson, orders[lesson.name].version, handed_in[lesson.name], failed, earlier
                )
            ]
    write_marks(marks, lessons, class_folder / "marks.csv")
    return marks


def _order_for_nobody(course: Path, lesson: Lesson, seed: str, limits: Limits, unsafe: bool) -> Order:
    """What all orders of a lesson have in common."""
    return Order(course, Submission("", lesson.name, {}, None, ()), version_of(lesson), seed, limits, unsafe)


def _order_of(student: str, order: Order) -> Order:
    return replace(order, submission=replace(order.submission, student=student))


def _with_files(class_folder: Path, before: Mapping[tuple[str, str], "Record"], order: Order) -> Order:
    student, lesson = order.submission.student, order.submission.lesson
    record = before.get((student, lesson))
    earlier = read_earlier(record.verdicts, autograded(class_folder, student, lesson)) if record else {}
    return replace(order, submission=read_submission(class_folder, student, lesson), earlier=earlier)


def _looks_new(class_folder: Path, student: str, lesson: str) -> bool:
    """Whether a submission will probably be graded: a guess from dates, while the gradebook can't be asked yet."""
    folder, graded = class_folder / "submitted" / student / lesson, autograded(class_folder, student, lesson)
    if not graded.is_file():
        return True
    changed = (path.lstat().st_mtime for path in (folder, folder / f"{lesson}.ipynb") if os.path.lexists(path))
    return max(changed, default=0) > graded.stat().st_mtime


def _begin_to_warm_up(workers: Pool | Cluster, likely: Sequence[Order]) -> dict[int, str]:
    """Let as many workers get ready as will have enough to do; who gets ready for which lesson."""
    turns = Turns(likely)
    first = {worker: order for worker in range(workers.workers) if (order := turns.next_for(worker))}
    for worker, order in first.items():
        workers.warm_up(worker, order)
    return {worker: order.submission.lesson for worker, order in first.items()}


def default_gradebook(class_folder: Path) -> str:
    """The address of a class's own gradebook."""
    return f"sqlite:///{class_folder.resolve() / 'gradebook.db'}"


def _waits(record: "Record | None", version: str, changed: bool) -> bool:
    """Whether a submission is to be graded, by what is known of it."""
    return record is None or (changed and record.version != version)


def _graded_already(class_folder: Path, student: str, lesson: str, gradebook: "GradebookWriter") -> "Record | None":
    """The newest record of a submission, if it is of these very bytes and all that came of it is still there."""
    record = gradebook.newest(student, lesson)
    if record is None or not autograded(class_folder, student, lesson).is_file():
        return None
    return record if record.fingerprint == read_submission(class_folder, student, lesson).fingerprint else None


def autograded(class_folder: Path, student: str, lesson: str) -> Path:
    """Where the executed notebook of a submission stands, for nbgrader's feedback and formgrader."""
    return class_folder / "autograded" / student / lesson / f"{lesson}.ipynb"


def write_autograded(class_folder: Path, graded: Graded) -> None:
    """Write the executed notebook, whole or not at all."""
    path = autograded(class_folder, graded.student, graded.lesson)
    path.parent.mkdir(parents=True, exist_ok=True)
    # not indented: that would be done in Python, value by value
    _replace(path, json.dumps(graded.notebook, ensure_ascii=False))
    if graded.timestamp is not None:
        _replace(path.with_name(TIMESTAMP), graded.timestamp)
    secret = class_folder / "submitted" / graded.student / graded.lesson / SECRET
    if secret.is_file() and not secret.is_symlink():
        with open(secret, encoding="utf-8", errors="replace") as file:
            _replace(path.with_name(SECRET), file.read(LONGEST_SECRET))


def _replace(path: Path, text: str) -> None:
    with whole(path) as part:
        part.unlink(missing_ok=True)
        part.write_bytes(text.encode())
        part.chmod(READ_ONLY)


def _marks(
    gradebook: "GradebookWriter",
    lesson: Lesson,
    version: str,
    students: list[str],
    failed: Mapping[tuple[str, str], str],
    before: Mapping[tuple[str, str], "Record"],
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
            earlier = before.get((student, lesson.name))
            mark = Mark(student, lesson.name, record.points, out_of, record.problem, tuple(record.remarks))
            marks.append(replace(mark, outdated=record.version != version, before=earlier.points if earlier else None))
    return marks
