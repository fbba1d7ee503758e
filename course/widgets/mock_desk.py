"""Where a mock exam is sat: what is open, what is kept, what came of it. It knows no browser."""

from collections.abc import Iterable
from pathlib import Path
from secrets import randbelow
from typing import Any

from course.exam.exam_file import Damaged, NoExam, exam_path, put_aside
from course.exam.into_diary import write_into_diary
from course.exam.mock import Blueprint, Exam, ExamError, Item, Marked, Marks, draw_exam, mark
from course.exam.progress import Progress, ProgressError
from course.exam.reply import request
from course.exam.sitting import Sitting
from course.widgets.mock_texts import outcome_of

BEGIN, HAND_IN, MARKS = "begin", "hand in", "marks"
"""Pages beside those of the questions, which are called by their numbers."""
SEEDS = 10_000


class Desk:
    """An exam and the page of it that lies open.

    Parameters
    ----------
    progress : Progress
        The diary; what came of the exam goes into it.
    seed : int or None
        Of the exam that comes next, if none is under way; None for any.
    blueprint : Blueprint or None
    path : Path or None
        Where the exam is kept; by default beside the diary.

    Raises
    ------
    ExamError
        If there are too few questions.
    """

    def __init__(self, progress: Progress, seed: int | None, blueprint: Blueprint | None, path: Path | None) -> None:
        self.progress = progress
        self.path = Path(path) if path else exam_path(progress.path)
        self.coming = self._draw(blueprint, seed)
        """the exam that comes next"""
        self.message = ""
        """what went wrong, or comes unexpected"""
        self._blueprint = blueprint
        self._requests: dict[tuple[str, str], str] = {}
        self.come_back()

    def _draw(self, blueprint: Blueprint | None, seed: int | None = None) -> Exam:
        seed = randbelow(SEEDS) if seed is None else seed
        return draw_exam(self.progress.questions.values(), seed, blueprint)

    def come_back(self) -> None:
        """To the exam in the file: where nothing is answered yet, or to what came of it; otherwise to the beginning."""
        self._open(self._there())
        self._take_note()

    def _take_note(self) -> None:
        """Of a file that was damaged."""
        if self.sitting:
            self.message, self.sitting.note = f"{self.message} {self.sitting.note}".strip(), ""

    def _there(self) -> Sitting | None:
        try:
            return Sitting.come_back(self.progress.questions.values(), self.path, self.progress.clock)
        except Damaged as error:
            self.message = f"{error} Or begin another one here: then it is put aside, and nothing in it is lost."
        except NoExam:
            pass
        except ExamError as error:
            self.message = str(error)
        return None

    def _open(self, sitting: Sitting | None) -> None:
        self.sitting = sitting
        self.marks: Marks | None = None
        """of an exam that was handed in, once that is settled"""
        self.warned = False
        """whether it is told of the answer on this page that it can't be read"""
        self._stopped: tuple[str, Any] | None = None
        self._noted = False
        if sitting is None:
            self.page = BEGIN
        else:
            self.page = MARKS if sitting.handed_in else next(iter([*sitting.open, *sitting.exam.items]))

    @property
    def key(self) -> str:
        """Which exam it is; empty for none."""
        return self.sitting.began.isoformat() if self.sitting else ""

    @property
    def items(self) -> dict[str, Item]:
        """The questions by their numbers."""
        return self.sitting.exam.items if self.sitting else {}

    @property
    def works(self) -> bool:
        """Whether it is under way, as far as was looked: the time may be up at any moment, and `settle` sees that."""
        return self.sitting is not None and self.marks is None

    def look(self) -> None:
        """Take over what other windows have written.

        Raises
        ------
        AnotherExam
            If one of them has begun another exam.
        """
        if self.sitting:
            self.sitting.refresh()
            self._take_note()
        elif there := self._there():
            self._open(there)
            self._take_note()

    def keep(self, number: str, text: str, places: Iterable[Any], final: bool) -> None:
        """Write an answer down; `final` once somebody leaves its field: then it is told if it can't be read.

        Raises
        ------
        TimeIsUp
            If the exam is handed in.
        """
        if item := self.items.get(number):
            choices = item.drawn.choices
            given = _places(places, len(choices)) if choices else text
            mended = self.sitting.answer(item.drawn, given)
            self.warned = bool(mended) and final

    def begin(self) -> None:
        """Start the clock, where no exam is under way; a damaged file is put aside."""
        if self.works:
            return
        self.message = ""
        try:
            sitting = Sitting.begin(self.coming, self.path, self.progress.clock)
        except Damaged:
            self.message = f"The damaged file was put aside as {put_aside(self.path).name}."
            sitting = Sitting.begin(self.coming, self.path, self.progress.clock)
        self._open(sitting)

    def another(self) -> None:
        """Show what the next exam will be; it begins when that is wished."""
        if not self.works:
            self.coming = self._draw(self._blueprint)
            self.page = BEGIN

    def go(self, to: str) -> None:
        """To a question, or to one of the other pages that there are by now."""
        pages = {HAND_IN} if self.works else {MARKS}
        if self.sitting and to in {*self.items, *pages}:
            self.page, self.warned = to, False

    def leave(self, to: str) -> None:
        """The same, unless the answer that is left can't be read: that is told first, and done when wished again."""
        asked = self.works and self.page in self.items
        left = (self.page, self.sitting.given.get(self.items[self.page].name)) if asked else None
        if left and self.request(self.page) and self._stopped != left:
            self._stopped, self.warned = left, True
        else:
            self.go(to)

    def hand_in(self) -> None:
        """From the page that tells what is open."""
        if self.works and self.page == HAND_IN:
            self.sitting.hand_in()

    def cover(self, number: str, places: Iterable[Any]) -> None:
        """Mark one's own derivation, once."""
        if self.outcomes.get(number) == "mine":
            drawn = self.items[number].drawn
            self.sitting.cover(drawn, _places(places, len(drawn.question.points)))

    def settle(self) -> None:
        """Once it is handed in: mark it, and write into the diary what is not there yet."""
        if not self.sitting or not self.sitting.handed_in:
            return
        if self.marks is None and self.page != MARKS:
            self.page = MARKS
            if self.sitting.handed_in == self.sitting.ends:
                at = self.sitting.ends.astimezone()
                self.message = f"The time is up. The exam was handed in as it stood, at {at:%H:%M}."
        if self.marks is None or self._covered != self.sitting.covered:
            self._covered, self._noted = dict(self.sitting.covered), False
            self.marks = mark(self.sitting.exam, self.sitting.given, self.sitting.covered)
        try:
            if not self._noted:
                write_into_diary(self.sitting, self.marks, self.progress)
            self._noted = True
        except (ProgressError, OSError) as error:
            self.message = f"{self.message} Your answers are not in the diary yet: {error}".strip()

    @property
    def marked(self) -> dict[str, Marked]:
        """What came of each question, by its number."""
        marked = [each for task in self.marks.tasks for each in task] if self.marks else []
        return dict(zip(self.items, marked, strict=False))

    def request(self, number: str) -> str:
        """What is to be mended in an answer, worked out once; empty if it can be read."""
        item = self.items[number]
        given = self.sitting.given.get(item.name)
        key = (item.name, repr(given))
        if key not in self._requests:
            self._requests[key] = request(item.drawn, given) if given else ""
        return self._requests[key]

    @property
    def outcomes(self) -> dict[str, str]:
        """How each question stands, by its number: a name of `quiz_texts.SIGNS`."""
        if self.works:
            empty = set(self.sitting.open)
            return {n: "open" if n in empty else "again" if self.request(n) else "given" for n in self.items}
        waiting = {item.name for item in self.sitting.to_cover} if self.sitting else set()
        return {n: "mine" if each.item.name in waiting else outcome_of(each) for n, each in self.marked.items()}


def _places(places: Iterable[Any], count: int) -> list[int]:
    return sorted({int(place) for place in places} & set(range(count)))
