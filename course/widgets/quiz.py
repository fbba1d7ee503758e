"""The quiz: Python's half, which asks, judges, and writes down what came of it."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course.exam.bank import questions
from course.exam.practice import Practice
from course.exam.progress import Progress, ProgressError
from course.exam.question import Question
from course.exam.reply import Mark
from course.exam.text import lesson_title
from course.widgets.module import module, style
from course.widgets.quiz_texts import (
    FIELDS,
    FIRSTS,
    LONGEST,
    again_texts,
    points_texts,
    question_texts,
    reply_texts,
    round_html,
    shown_texts,
)


class Quiz(anywidget.AnyWidget):
    """One question after the other, until nothing is left that is due or new.

    Each answer is written into the diary at once; what is due follows from it.

    Parameters
    ----------
    practice : Practice, optional
        What asks and keeps the diary; by default one over all questions of the course.
    lessons : collection of str, optional
        Only questions of these, such as "02_stft"; otherwise of all.
    first : str
        "due": what is to be repeated by now; "weak": what is known least; "new": what was never asked.
    path : Path, optional
        The diary; by default one for all notebooks of this machine's user.

    Raises
    ------
    ValueError
        If there are no questions of a lesson, or `first` is none of the three.
    ProgressError
        If the diary can't be used.
    """

    _esm = module("sound.js", "parts.js", "code_area.js", "quiz_fields.js", "quiz_reply.js", "quiz.js")
    _css = style("parts.css", "quiz.css")
    question = traitlets.Dict().tag(sync=True)
    """What is asked now, for the browser; it may hold sounds, and goes there once."""
    state = traitlets.Dict().tag(sync=True)
    """All else that is seen now: a page that is opened again, or one more view, begins with it."""
    draft = traitlets.Dict().tag(sync=True)
    """What was typed and ticked so far, and to which question; the browser's."""

    def __init__(
        self,
        practice: Practice | None = None,
        lessons: Collection[str] = (),
        first: str = "due",
        path: Path | str | None = None,
    ) -> None:
        chosen = (lessons,) if isinstance(lessons, str) else tuple(lessons)
        self.practice = practice or Practice(Progress(questions(), path), chosen, first)
        self._offered = self._lessons()
        self._chosen = ""
        self._turn = self._number = 0
        self._results: dict[str, tuple[Question, float]] = {}
        super().__init__()
        self._next()
        self._tell()
        self.on_msg(self._hear)

    def _lessons(self) -> list[str]:
        """Those that can be chosen from, in their order."""
        there = list(dict.fromkeys(question.lesson for question in self.practice.progress.questions.values()))
        if unknown := self.practice.lessons.difference(there):
            raise ValueError(
                f"There are no questions of {', '.join(sorted(unknown))}. "
                f"The lessons with questions are: {', '.join(there) or 'none'}."
            )
        return [lesson for lesson in there if not self.practice.lessons or lesson in self.practice.lessons]

    def _hear(self, _: Any, message: dict[str, Any], buffers: Any) -> None:
        """What a hand asks for; what it asks of a page that is no longer there is told how things stand now."""
        wishes = {
            "answer": self._answer,
            "compare": self._compare,
            "give up": self._give_up,
            "next": self._next,
            "finish": self._finish,
            "begin": self._begin,
        }
        try:
            wish = message.get("wish")
            if message.get("turn") == self._turn and wish in wishes and self._may(wish):
                wishes[wish](**message.get("with", {}))
        except ProgressError as error:
            self._reply = again_texts(str(error))
        except OSError as error:
            self._reply = again_texts(
                f"Your progress can't be written down: {error}. Mend that and try again, or begin a quiz with another "
                "`path`."
            )
        finally:
            self._tell()

    def _may(self, wish: str) -> bool:
        """Whether there is something to answer, and a model answer was seen before a derivation is marked by it."""
        drawn = self.practice.drawn
        if drawn is None:
            return wish == "begin"
        derives = drawn.question.kind == "derive"
        return (wish != "answer" or not derives or self._points is not None) and (wish != "compare" or derives)

    def _answer(self, text: str = "", places: Collection[int] = ()) -> None:
        drawn = self.practice.drawn
        typed = FIELDS.get(drawn.question.kind) in ("number", "code")
        said = self.practice.answer(str(text)[:LONGEST] if typed else [*map(int, places)])
        self._reply = reply_texts(drawn, said)
        if said.mark is not Mark.UNREADABLE:
            self._keep(said.share)

    def _compare(self, text: str = "", **_: Any) -> None:
        """Show the model answer of a derivation to who has written one."""
        if str(text).strip():
            self._points, self._reply = points_texts(self.practice.drawn), None
        else:
            self._reply = again_texts("Write down your own derivation first, if only in a few words.")

    def _give_up(self, **_: Any) -> None:
        self.practice.give_up()
        self._reply = shown_texts(self.practice.drawn)
        self._keep(0.0)

    def _keep(self, share: float) -> None:
        """For the end of the round; the first answer counts."""
        question = self.practice.drawn.question
        self._results.setdefault(question.name, (question, share))

    def _next(self, **_: Any) -> None:
        drawn = self.practice.next()
        self.question = question_texts(drawn) if drawn else {}
        self._number += 1
        self._reply = self._points = None

    def _finish(self, **_: Any) -> None:
        """End the round here; what is asked now stays unanswered."""
        self.practice.drawn = self._reply = self._points = None

    def _begin(self, lesson: str = "", first: str = "due", **_: Any) -> None:
        """Begin a round, of one lesson or of all that are offered."""
        self._chosen = lesson if lesson in self._offered else ""
        self.practice.begin([self._chosen] if self._chosen else self._offered, first)
        self._results.clear()
        self._next()

    def _tell(self) -> None:
        self._turn += 1
        drawn = self.practice.drawn
        self.state = {
            "turn": self._turn,
            "number": self._number,
            "round": self._round(),
            "asks": drawn is not None,
            "points": self._points,
            "reply": self._reply,
            "counted": self.practice.counted,
            "over": "" if drawn else self._over(),
        }

    def _over(self) -> str:
        return round_html(self._results, len(self.practice.coming), self.practice.progress)

    def _round(self) -> dict[str, Any]:
        """What can be chosen, and how far it is."""
        done, left, drawn = len(self._results), len(self.practice.coming), self.practice.drawn
        asked = done + (drawn is not None and drawn.question.name not in self._results)
        return {
            "lessons": [("", "all lessons" if len(self._offered) > 1 else "")]
            + [(lesson, lesson_title(lesson)) for lesson in self._offered],
            "lesson": self._chosen,
            "firsts": list(FIRSTS.items()),
            "first": self.practice.first,
            "done": done,
            "all": asked + left,
            "told": f"{asked} of {asked + left}, {left} left" if drawn else f"{done} answered, {left} left",
        }

    def __repr__(self) -> str:
        drawn = self.practice.drawn
        return f"Quiz({drawn.question.name if drawn else 'nothing left'})"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**options)
        return data | {"text/html": self._as_html()}, metadata

    def _as_html(self) -> str:
        """What stands in its place where no kernel runs."""
        drawn = self.practice.drawn
        asked = self.question["html"] if drawn else self._over()
        return f"<div>{asked}</div><p><em>To answer, run this cell: the quiz needs a running kernel.</em></p>"
