"""Feedback pages as one zip file that the LMS takes back: by the names under which it handed out the submissions.

Moodle ("Upload multiple feedback files in a zip") finds whose a file is by the folder or prefix that it wrote itself,
Canvas ("Upload Submissions") by the two numbers in the file's name; see `autograder.collect.moodle` and `canvas`.
"""

import zipfile
from pathlib import Path

from autograder.collect import canvas, moodle
from autograder.collect.attempts import Attempt
from autograder.errors import PlainError
from autograder.files import whole
from autograder.marks.people import People

TAKES_BACK = (moodle.NAME, canvas.NAME)


class NoParcel(PlainError):
    """No zip file of feedback can be made; the message says why, and what to do."""


def write_parcel(class_folder: Path, lesson: str, people: People, to: Path) -> list[str]:
    """Pack the feedback on a lesson for the LMS that it was collected from.

    Parameters
    ----------
    class_folder : Path
        Where feedback/ lies.
    lesson : str
    people : People
    to : Path
        The zip file.

    Returns
    -------
    notes : list of str
        Whose page is not in it, and why.

    Raises
    ------
    NoParcel
    """
    pages = {path.parts[-3]: path for path in sorted((class_folder / "feedback").glob(f"*/{lesson}/{lesson}.html"))}
    came = {student: people.graded[student, lesson] for student in pages if (student, lesson) in people.graded}
    came = {student: attempt for student, attempt in came.items() if attempt.source in TAKES_BACK}
    sources = {attempt.source for attempt in came.values()}
    if not came:
        raise NoParcel(
            f"No page of feedback on {lesson} belongs to a submission from {' or '.join(TAKES_BACK)}. Collect the zip "
            "file of all submissions with autograder collect: by its names the LMS knows whose each page is."
        )
    if len(sources) > 1:
        raise NoParcel(f"{lesson} was collected from {' and '.join(sorted(sources))}, which take different zip files.")
    with whole(to) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
        for student, attempt in came.items():
            packed.write(pages[student], page_name(attempt))
    others = sorted(pages.keys() - came.keys())
    return [f"Not from {next(iter(sources))}, so not in it: {', '.join(others)}"] if others else []


def page_name(attempt: Attempt) -> str:
    """The name by which an LMS knows whose a page of feedback is."""
    if attempt.source == moodle.NAME:
        return f"{attempt.prefix}{attempt.lesson}.html"
    handed_in = attempt.files[attempt.main or next(iter(attempt.files))].rpartition("/")[2]
    return f"{attempt.prefix}{handed_in.rpartition('.')[0] or handed_in}.html"
