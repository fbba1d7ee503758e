"""The report's page: everything in one file, which asks for nothing beside itself and runs nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.files import whole
from autograder.grade import default_gradebook
from autograder.lesson import Lesson, lesson_names
from autograder.report import findings, marks
from autograder.report.data import Gradebook, LessonData, NoGradebook, read_gradebook
from autograder.report.drawings import swatch
from autograder.report.figures import Figure
from autograder.report.likeness import Likeness, alike_in_several, likeness
from autograder.report.names import Names, Numbers
from autograder.report.similarity import MANY, MEASURED

Track = Callable[[Iterator, int], Iterator]


@dataclass(frozen=True)
class Chapter:
    """One lesson of a report."""

    lesson: Lesson
    data: LessonData
    figures: list[Figure]
    likeness: Likeness

    @property
    def summary(self) -> tuple[object, ...]:
        """Its line in the overview."""
        data = self.data
        middle = f"{median(work.total for work in data.works):g} of {data.most:g}" if data.works else "–"
        trouble = {work.student for work in data.works if work.record and work.record.problem} | data.not_graded.keys()
        waits, alike = sum(work.waits for work in data.works), len(self.likeness.pairs)
        return len(data.works), middle, len(trouble), waits, alike


def write_report(
    course: Path,
    lessons: Sequence[str] | None,
    class_folder: Path,
    db_url: str | None = None,
    output: Path | None = None,
    anonymous: bool = False,
    track: Track = lambda each, total: each,
) -> Path:
    """Write one HTML page about a class.

    Parameters
    ----------
    course : Path
        The course's folder.
    lessons : sequence of str or None
        Which lessons; None for all that are in the gradebook.
    class_folder : Path
        Where autograded/ lies, for the students' answers.
    db_url : str, optional
        The gradebook's address; by default `gradebook.db` in `class_folder`.
    output : Path, optional
        The page; by default `report.html` in `class_folder`.
    anonymous : bool, optional
        Whether numbers stand for the students, drawn anew each time.
    track : callable, optional
        Gets the lessons as they are done, and how many there are to be; a place for a progress bar.

    Returns
    -------
    page : Path
        What was written.

    Raises
    ------
    NoGradebook, GradebookError
    """
    known = lesson_names(course / "source")
    with read_gradebook(db_url or default_gradebook(class_folder)) as gradebook:
        graded = [name for name in gradebook.lessons() if name in (lessons or known) and name in known]
        if not graded:
            what = f"of {', '.join(lessons)} " if lessons else ""
            raise NoGradebook(f"Nothing {what}is in the gradebook yet. Run first: autograder grade")
        names = (Numbers if anonymous else Names)(gradebook.names())
        chapters = list(track(_chapters(course, graded, gradebook, class_folder, names), len(graded)))
    output = output or class_folder / "report.html"
    with whole(output) as part:
        part.write_text(page(chapters, class_folder.resolve().name, anonymous), encoding="utf-8")
    return output


def page(chapters: Sequence[Chapter], class_name: str, anonymous: bool) -> str:
    """The report as text; whatever a student wrote is escaped."""
    environment = Environment(
        loader=PackageLoader("autograder.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Markup(environment.loader.get_source(environment, "page.css")[0])
    return environment.get_template("page.html").render(
        chapters=chapters,
        several=alike_in_several({chapter.data.name: chapter.likeness.pairs for chapter in chapters}),
        class_name=class_name,
        anonymous=anonymous,
        style=style,
        swatch=swatch,
        written=datetime.now().astimezone().strftime("%Y-%m-%d, %H:%M"),
        many=MANY,
        measured=MEASURED,
    )


def _chapters(
    course: Path, graded: list[str], gradebook: Gradebook, class_folder: Path, names: Names
) -> Iterator[Chapter]:
    for name in graded:
        lesson, data = Lesson(course / "source" / name), gradebook.lesson(name)
        alike = likeness(lesson, data, class_folder, names)
        figures = [
            marks.fates(data, names),
            marks.totals(data),
            marks.marks_by_exercise(lesson, data),
            findings.misconceptions(lesson, data),
            findings.hidden_tests(data),
            findings.times(data, names),
            marks.regrade(lesson, data, names),
        ]
        yield Chapter(lesson, data, figures, alike)
