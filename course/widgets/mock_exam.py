"""The mock exam: Python's half, which keeps the answers and the time, and marks what was handed in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course.exam.bank import questions
from course.exam.mock import Blueprint, ExamError
from course.exam.progress import Progress
from course.exam.sitting import AnotherExam, TimeIsUp
from course.exam.text import line_to_html
from course.widgets.mock_desk import BEGIN, HAND_IN, Desk
from course.widgets.mock_texts import begin_html, hand_in_html, marked_texts, marks_html, points_told, task_texts
from course.widgets.module import module, style
from course.widgets.quiz_texts import LONGEST, again_texts, points_texts, question_texts

GO_ON = "Or go on: it can be mended until you hand in."


class MockExam(anywidget.AnyWidget):
    """An exam against the clock: begun here or gone on with, handed in, marked.

    All of it is in one file, which other notebooks and the terminal read as well.

    Parameters
    ----------
    progress : Progress, optional
        The diary, which takes what came of it; by default the one that the quiz has, with all questions of the course.
    seed : int, optional
        The same number draws the same exam; by default any. It says nothing where an exam is under way.
    blueprint : Blueprint, optional
        What the exam is to be like.
    path : Path, optional
        Where the exam is kept; by default beside the diary.

    Raises
    ------
    ExamError
        If there are too few questions.
    ProgressError
        If the diary can't be used.
    """

    _esm = module(
        *("sound.js", "parts.js", "code_area.js", "quiz_fields.js", "quiz_reply.js"),
        *("mock_clock.js", "mock_list.js", "mock_exam.js"),
    )
    _css = style("parts.css", "quiz.css", "mock_exam.css")
    question = traitlets.Dict().tag(sync=True)
    """What is asked on the page that is seen; it may hold sounds, and goes to the browser once."""
    state = traitlets.Dict().tag(sync=True)
    """All else that is seen now: a page that is opened again, or one more view, begins with it."""

    def __init__(
        self,
        progress: Progress | None = None,
        seed: int | None = None,
        blueprint: Blueprint | None = None,
        path: Path | str | None = None,
    ) -> None:
        self.desk = Desk(progress or Progress(questions()), seed, blueprint, path)
        self._turn, self._kept = 0, True
        self._asked: tuple[str, str] | None = None
        super().__init__()
        self._tell()
        self.on_msg(self._hear)

    def _hear(self, _: Any, message: dict[str, Any], buffers: Any) -> None:
        """A draft is kept first; what is asked of another exam than this one is only told how things stand now."""
        self.desk.message, self._kept = "", True
        try:
            if message.get("exam") == self.desk.key:
                self._do(message.get("draft"), message.get("wish"), message.get("with", {}))
        except TimeIsUp as error:
            self.desk.message = str(error)
        except AnotherExam:
            self.desk.come_back()
            self.desk.message = "Another exam was begun in another window. Here it is."
        except ExamError as error:
            self._kept, self.desk.message = False, str(error)
        except OSError as error:
            self._kept = False
            self.desk.message = (
                f"It can't be written down: {error}. What you typed is still here: mend that, then go on."
            )
        finally:
            self._tell()

    def _do(self, draft: dict[str, Any] | None, wish: Any, options: dict[str, Any]) -> None:
        desk, before = self.desk, self.desk.key
        desk.look()
        if draft:
            number, text = str(draft.get("number")), str(draft.get("text", ""))
            desk.keep(number, text[:LONGEST], draft.get("places", ()), bool(draft.get("final")))
        to, number, places = str(options.get("to")), str(options.get("number")), options.get("places", ())
        wishes: dict[Any, Callable[[], None]] = {
            "begin": desk.begin,
            "another": desk.another,
            "go": lambda: desk.go(to),
            "leave": lambda: desk.leave(to),
            "hand in": desk.hand_in,
            "cover": lambda: desk.cover(number, places),
        }
        # what another window has begun is looked at first
        if wish in wishes and desk.key == before:
            wishes[wish]()

    def _tell(self) -> None:
        desk = self.desk
        desk.settle()
        self._turn += 1
        asks = desk.page in desk.items
        if self._asked != (asked := (desk.key, desk.page) if asks else None):
            self._asked = asked
            self.question = question_texts(desk.items[desk.page].drawn) if asks else {}
        outcomes, exam = desk.outcomes, desk.sitting.exam if desk.sitting else desk.coming
        self.state = {
            "turn": self._turn,
            "exam": desk.key,
            "works": desk.works,
            "now": 1000 * desk.progress.clock().timestamp(),
            "ends": 1000 * desk.sitting.ends.timestamp() if desk.works else None,
            "title": f"Mock exam {exam.seed}",
            "told": self._told(outcomes),
            "tasks": task_texts(exam, desk.marks, outcomes) if desk.sitting else [],
            "message": line_to_html(desk.message),
            "kept": self._kept,
            "page": {"name": desk.page, "asks": asks} | (self._question(outcomes) if asks else self._page(outcomes)),
        }

    def _told(self, outcomes: dict[str, str]) -> str:
        """How far it is, or what came of it."""
        if self.desk.works:
            answered = sum(outcome != "open" for outcome in outcomes.values())
            return f"{answered} of {len(outcomes)} answered"
        return points_told(self.desk.marks.points, self.desk.sitting.exam.points) if self.desk.marks else ""

    def _question(self, outcomes: dict[str, str]) -> dict[str, Any]:
        """A page that asks; once the exam is handed in, with what is said to the answer."""
        desk, number = self.desk, self.desk.page
        item, mine = desk.items[number], outcomes[number] == "mine"
        given = desk.sitting.given.get(item.name, "")
        typed = isinstance(given, str)
        request = again_texts(f"{desk.request(number)} {GO_ON}") if desk.works and desk.warned else None
        return {
            "title": f"Question {number}",
            "points": points_told(item.points),
            "given": {"text": given if typed else "", "places": [] if typed else given},
            "reply": request if desk.works or mine else marked_texts(desk.marked[number]),
            "covers": points_texts(item.drawn) if mine else None,
        }

    def _page(self, outcomes: dict[str, str]) -> dict[str, Any]:
        """One of the others."""
        desk = self.desk
        if desk.page == BEGIN:
            return {"title": "Before you begin", "html": begin_html(desk.coming, desk.path, desk.sitting is not None)}
        if desk.page == HAND_IN:
            again = {number: desk.request(number) for number, outcome in outcomes.items() if outcome == "again"}
            return {"title": "Hand in?", "html": hand_in_html(len(outcomes), desk.sitting.open, again)}
        return {"title": "Your marks", "html": marks_html(desk.marks, outcomes, desk.progress.path)}

    def __repr__(self) -> str:
        desk = self.desk
        state = "under way" if desk.works else "handed in" if desk.sitting else "not begun"
        return f"MockExam({(desk.sitting.exam if desk.sitting else desk.coming).seed}, {state})"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**options)
        return data | {"text/html": self._as_html()}, metadata

    def _as_html(self) -> str:
        """What stands in its place where no kernel runs."""
        shown = begin_html(self.desk.coming, self.desk.path, False)
        return f"<div>{shown}</div><p><em>To sit it, run this cell: the exam needs a running kernel.</em></p>"
