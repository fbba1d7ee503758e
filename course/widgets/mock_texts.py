"""What a browser gets to see of a mock exam: texts as HTML, and no answer before it is handed in."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from course.exam.mock import EMPTY, Exam, Item, Marked, Marks, Task
from course.exam.reply import Mark
from course.exam.text import answer_to_html, lesson_title, line_to_html, place_to_read
from course.widgets.quiz_texts import outcome_html, reply_texts, sign_of, signed

RULES = (
    "The clock runs from the moment you begin, whether you are here or not. You may leave, come back and go on: run "
    "this cell again, here or in another notebook.",
    "What you answer is kept at once, and can be changed until you hand in. When the time is up, the exam is handed in "
    "as it stands.",
    "Then come the points, a reply to each answer and the worked solutions. Derivations you mark yourself, by the "
    "points of a model answer; code is run and checked.",
)


def points_told(points: float, of: float | None = None) -> str:
    """Points in words: "1 point", "1.5 of 2 points"."""
    whole = points if of is None else of
    return f"{points:g} {'' if of is None else f'of {of:g} '}point{'' if whole == 1 else 's'}"


def begin_html(exam: Exam, path: Path, replaces: bool) -> str:
    """What waits for whoever begins: the tasks and their points, and the rules.

    Parameters
    ----------
    exam : Exam
        As it will be.
    path : Path
        Where its answers will be kept.
    replaces : bool
        Whether it takes the place of another exam.
    """
    rows = "".join(
        f"<tr><td>Task {number}</td><td>{about(task)}</td><td>{len(task.items)}</td><td>{task.points:g}</td></tr>"
        for number, task in enumerate(exam.tasks, 1)
    )
    rules = "".join(f"<li>{line_to_html(rule)}</li>" for rule in RULES)
    last = "The marks of the last exam are gone then; its answers stay in your diary." if replaces else ""
    return (
        f"<p><strong>{exam.minutes:g} minutes, {points_told(exam.points)}.</strong></p>"
        "<table><thead><tr><th scope=col>Task<th scope=col>About<th scope=col>Questions<th scope=col>Points</tr>"
        f"</thead><tbody>{rows}</tbody></table><ul>{rules}</ul>"
        f"<p><small>Your answers will be in {line_to_html(str(path))}. {last}</small></p>"
    )


def about(task: Task) -> str:
    """The lessons of a task."""
    return line_to_html(", ".join(map(lesson_title, task.lessons)))


def task_texts(exam: Exam, marks: Marks | None, marks_of_items: Mapping[str, str]) -> list[dict[str, Any]]:
    """The tasks and their questions, to go from one to the other.

    Parameters
    ----------
    exam : Exam
    marks : Marks or None
        None while it is under way.
    marks_of_items : mapping of str to str
        How each question stands, by its number: a name of `quiz_texts.SIGNS`.
    """
    numbers = iter(exam.items.items())
    return [
        {
            "title": f"Task {place}",
            "points": points_told(marks.by_task[place - 1], task.points) if marks else points_told(task.points),
            "about": about(task),
            "items": [
                {"number": number, "points": points_told(item.points), **signed(marks_of_items[number])}
                for number, item in (next(numbers) for _ in task.items)
            ],
        }
        for place, task in enumerate(exam.tasks, 1)
    ]


def hand_in_html(items: int, empty: Iterable[str], unreadable: Mapping[str, str]) -> str:
    """What is still open, for whoever is about to hand in.

    Parameters
    ----------
    items : int
        How many questions there are.
    empty : iterable of str
        Numbers of those without an answer.
    unreadable : mapping of str to str
        By their numbers, what is to be mended in the others.
    """
    empty = list(empty)
    parts = []
    if empty:
        parts.append(
            f'<p>No answer yet in {len(empty)} of {items} questions:</p><p class="part-buttons">{_links(empty)}</p>'
        )
    if unreadable:
        rows = "".join(f"<li>{_links([number])} {line_to_html(says)}</li>" for number, says in unreadable.items())
        parts.append(f"<p>These answers can't be read, and would earn nothing:</p><ul>{rows}</ul>")
    parts = parts or [f"<p>All {items} questions are answered.</p>"]
    return "".join(parts) + "<p>Once it is handed in, no answer can be changed.</p>"


def marks_html(marks: Marks, outcomes: Mapping[str, str], diary: Path) -> str:
    """What came of an exam: points by task and question, what to mark oneself, and where to read again.

    Parameters
    ----------
    marks : Marks
    outcomes : mapping of str to str
        How each question stands, by its number: a name of `quiz_texts.SIGNS`.
    diary : Path
    """
    waiting = _links(number for number, outcome in outcomes.items() if outcome == "mine")
    numbers, settled = iter(outcomes.items()), iter(outcomes.values())
    # what is still to be marked is not lost
    known = Marks(tuple(tuple(each for each in task if next(settled) != "mine") for task in marks.tasks))
    rows = "".join(
        f'<tr class="mock-task"><th scope="rowgroup" colspan="3">Task {place}: {about(Task(_items(task)))}</th>'
        f"<td>{_of(earned, sum(each.item.points for each in task))}</td></tr>"
        + "".join(_row(*next(numbers), each) for each in task)
        for place, (task, earned) in enumerate(zip(marks.tasks, marks.by_task, strict=True), 1)
    )
    again = "".join(
        f"<li>{line_to_html(place)} <small>({points_told(points)} lost)</small></li>"
        for place, points in known.read_again.items()
    )
    return (
        (f"<p><strong>Still to be marked by you:</strong> {waiting}</p>" if waiting else "")
        + "<table><thead><tr><th scope=col>No.<th scope=col>Question<th scope=col>Outcome<th scope=col>Points</tr>"
        + f"</thead><tbody>{rows}</tbody></table>"
        + (f"<p><strong>Read again:</strong></p><ul>{again}</ul>" if again else "")
        + f"<p><small>Your answers go into {line_to_html(str(diary))}: what went wrong is asked again when it is due."
        + "</small></p>"
    )


def _items(task: Iterable[Marked]) -> tuple[Item, ...]:
    return tuple(each.item for each in task)


def _row(number: str, outcome: str, marked: Marked) -> str:
    name = line_to_html(marked.item.drawn.question.id.replace("-", " "))
    points = "?" if outcome == "mine" else f"{marked.points:g}"
    return (
        f"<tr><td>{_links([number])}</td><td>{name}</td><td>{outcome_html(outcome)}</td>"
        f"<td>{points} of {marked.item.points:g}</td></tr>"
    )


def _of(points: float, whole: float) -> str:
    return f"<strong>{points:g}</strong> of {whole:g}"


def _links(numbers: Iterable[str]) -> str:
    """Buttons that go to questions."""
    return " ".join(
        f'<button type="button" data-number="{number}" aria-label="Question {number}">{number}</button>'
        for number in numbers
    )


def outcome_of(marked: Marked) -> str:
    """How a question ended: a name of `quiz_texts.SIGNS`."""
    if marked.reply == EMPTY:
        return "empty"
    return "unread" if marked.reply.mark is Mark.UNREADABLE else sign_of(marked.reply.share)


def marked_texts(marked: Marked) -> dict[str, Any]:
    """What is said to an answer after the exam, with the way there."""
    drawn, outcome = marked.item.drawn, outcome_of(marked)
    says = [] if outcome == "empty" else reply_texts(drawn, marked.reply)["says"]
    return signed(outcome) | {
        "says": [f"{points_told(marked.points, marked.item.points)}.", *says],
        "answer": answer_to_html(drawn),
        "read": line_to_html(place_to_read(drawn.question)),
    }
