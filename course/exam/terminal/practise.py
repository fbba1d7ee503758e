"""One question after the other in a terminal."""

from course.exam.practice import Practice
from course.exam.progress import Progress
from course.exam.question import Drawn
from course.exam.reply import Mark, Reply
from course.exam.terminal.ask import (
    Leave,
    console,
    how_to_answer,
    read_answer,
    read_covered,
    read_line,
    say,
    show,
    show_solution,
    tell,
)
from course.exam.text import lesson_title, place_to_read

SHOW_ME = "?"


def practise(practice: Practice) -> None:
    """Ask until nothing is left, or whoever sits there leaves; then say what came of it.

    Parameters
    ----------
    practice : Practice
    """
    total = len(practice.left())
    if not total:
        say("Nothing is due by now, and nothing is new. To repeat what you know least: --first weak")
        _next_due(practice.progress)
        return
    say(f"{total} question{'' if total == 1 else 's'}. Type {SHOW_ME} to be shown the answer, quit to leave.")
    asked = len(practice.progress.answers)
    replies: list[tuple[Drawn, Reply | None]] = []
    try:
        while drawn := practice.next():
            place = f"{len(replies) + 1} of {total}"
            show(drawn, f"{place} · {lesson_title(drawn.question.lesson)} · {_small(drawn)}")
            replies.append((drawn, _ask(practice)))
            read_line("\nEnter for the next one ")
    except Leave:
        say("You can go on at any time: your answers are kept.")
    _sum_up(practice.progress, replies, len(practice.progress.answers) - asked)


def _small(drawn: Drawn) -> str:
    question = drawn.question
    return f"{question.kind} · difficulty {question.difficulty} of 3 · {question.minutes:g} min"


def _ask(practice: Practice) -> Reply | None:
    """Ask until an answer can be read; None where somebody gives up."""
    drawn = practice.drawn
    while True:
        typed = read_line(f"({how_to_answer(drawn)}) > ")
        if typed == SHOW_ME:
            practice.give_up()
            show_solution(drawn)
            return None
        said = _derived(practice) if drawn.question.kind == "derive" else _judged(practice, typed)
        tell(said)
        if said.mark is not Mark.UNREADABLE:
            if drawn.question.kind != "derive":
                show_solution(drawn)
            return said


def _derived(practice: Practice) -> Reply:
    """The model answer first, then which of its points one has."""
    show_solution(practice.drawn)
    return practice.answer(read_covered(practice.drawn.question.points))


def _judged(practice: Practice, typed: str) -> Reply:
    try:
        return practice.answer(read_answer(practice.drawn, typed))
    except ValueError as request:
        return Reply(Mark.UNREADABLE, (str(request),))


def _sum_up(progress: Progress, replies: list[tuple[Drawn, Reply | None]], written: int) -> None:
    """How many were right, what to read again, and when something is due."""
    if not replies:
        return
    right = sum(said is not None and said.mark is Mark.RIGHT for _, said in replies)
    console.rule()
    say(f"{right} of {len(replies)} right; {written} answer{'' if written == 1 else 's'} in {progress.path}.")
    again = {place_to_read(drawn.question) for drawn, said in replies if said is None or said.mark is Mark.WRONG}
    for place in sorted(again):
        say(f"  Read again: {place}")
    _next_due(progress)


def _next_due(progress: Progress) -> None:
    now = progress.clock()
    coming = sorted(each.due for each in progress.known.values() if each.due is not None and each.due > now)
    if coming:
        say(f"Next due: {coming[0].astimezone():%A, %d %B, %H:%M}")
