"""A mock exam in a terminal."""

from rich.table import Table

from course.exam.into_diary import write_into_diary
from course.exam.mock import Item, Marks, mark
from course.exam.progress import Progress
from course.exam.sitting import Sitting, TimeIsUp
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

HELP = "Enter goes on, a number such as `go 2.3` to that question, `list` shows all, `hand in` ends it, `quit` leaves."
ON_PAPER = "on paper"


def sit(sitting: Sitting, progress: Progress) -> None:
    """Ask the questions of an exam, then mark it, and write into the diary what came of it.

    Parameters
    ----------
    sitting : Sitting
        Begun now, gone on with, or handed in.
    progress : Progress
        The diary.
    """
    if sitting.note:
        say(sitting.note, "bold")
    try:
        if not sitting.handed_in:
            _work(sitting)
        _mark_derivations(sitting)
    except Leave:
        when = "" if sitting.handed_in else f" The clock goes on: {_left(sitting)}."
        say(f"Your answers are kept in {sitting.path}.{when} The same command goes on with it.")
        if sitting.handed_in:
            write_into_diary(sitting, _marks(sitting), progress)
        return
    marks = _marks(sitting)
    _show_marks(marks)
    write_into_diary(sitting, marks, progress)
    say(f"Your answers are in {progress.path}: what went wrong is asked again when it is due.")
    say("To begin another one: python -m course exam mock --new")


def _work(sitting: Sitting) -> None:
    """Until it is handed in, or the time is up."""
    numbers = list(sitting.exam.items)
    say(f"Mock exam {sitting.exam.seed}: {sitting.exam.points:g} points, {_left(sitting)}. {HELP}")
    # who comes back goes on where nothing is answered yet
    place = numbers.index(sitting.open[0]) if sitting.open else 0
    while not sitting.handed_in:
        number = numbers[place]
        item = sitting.exam.items[number]
        show(item.drawn, f"{number} · {_points(item.points)} · {_left(sitting)}")
        step = _turn(sitting, item, numbers)
        if step is None:
            return
        place = numbers.index(step) if step else (place + 1) % len(numbers)
    say(f"The time is up. The exam was handed in as it stood, at {sitting.handed_in.astimezone():%H:%M}.", "bold")


def _turn(sitting: Sitting, item: Item, numbers: list[str]) -> str | None:
    """One question; gives the number to go to, nothing for the next one, None where the exam is handed in."""
    if sitting.given.get(item.name):
        say(f"  Your answer so far: {_told(item, sitting.given[item.name])}", "dim")
    while True:
        typed = read_line(f"({how_to_answer(item.drawn)}) > ")
        command = typed.lower()
        if command == "list":
            _list(sitting)
        elif command == "hand in":
            if _sure(sitting):
                sitting.hand_in()
                return None
        elif command.startswith("go "):
            if command[3:].strip() in numbers:
                return command[3:].strip()
            say(f"? There are the questions {', '.join(numbers)}.", "cyan")
        elif item.drawn.question.kind == "derive":
            _answer(sitting, item, ON_PAPER)
            return ""
        elif not typed or not (request := _answer(sitting, item, typed)):
            return ""
        else:
            say(f"? {request}", "cyan")


def _answer(sitting: Sitting, item: Item, typed: str) -> str:
    """Write an answer down; what is to be mended, if it can't be read."""
    try:
        given = typed if typed == ON_PAPER else read_answer(item.drawn, typed)
        return sitting.answer(item.drawn, given)
    except TimeIsUp:
        return ""
    except ValueError as request:
        return str(request)


def _sure(sitting: Sitting) -> bool:
    if not sitting.open:
        return True
    open_ones = ", ".join(sitting.open)
    return read_line(f"Nothing is answered in {open_ones}. Hand in all the same? (yes/no) ").lower() in ("y", "yes")


def _list(sitting: Sitting) -> None:
    for number, item in sitting.exam.items.items():
        given = sitting.given.get(item.name)
        state = f"✔ {_told(item, given)}" if given else "○ open"
        say(f"  {number}  {_points(item.points):<11} {item.drawn.question.kind:<15} {state}")


def _told(item: Item, given: str | list[int]) -> str:
    """An answer, in one line."""
    if isinstance(given, str):
        return next(iter(given.split("\n")))
    return ", ".join(item.drawn.choices[place].text for place in given)


def _mark_derivations(sitting: Sitting) -> None:
    for item in sitting.to_cover:
        show(item.drawn, f"{item.name} · {_points(item.points)} · now mark your own derivation")
        show_solution(item.drawn)
        sitting.cover(item.drawn, read_covered(item.drawn.question.points))


def _marks(sitting: Sitting) -> Marks:
    return mark(sitting.exam, sitting.given, sitting.covered)


def _show_marks(marks: Marks) -> None:
    for first, task in enumerate(marks.tasks, 1):
        for second, marked in enumerate(task, 1):
            number = f"{first}.{second}"
            console.rule(f"{number} · {marked.points:g} of {_points(marked.item.points)}", align="left")
            tell(marked.reply)
            if marked.reply.share < 1:
                show_solution(marked.item.drawn)
    table = Table("task", "points", "of", title="Your mock exam", title_justify="left")
    for number, (points, task) in enumerate(zip(marks.by_task, marks.tasks, strict=True), 1):
        table.add_row(str(number), f"{points:g}", f"{sum(each.item.points for each in task):g}")
    whole = sum(each.item.points for task in marks.tasks for each in task)
    table.add_row("all", f"{marks.points:g}", f"{whole:g}", style="bold")
    console.print(table)
    for place, points in marks.read_again.items():
        say(f"  Read again: {place} (−{points:g})")


def _left(sitting: Sitting) -> str:
    minutes, seconds = divmod(int(sitting.left.total_seconds()), 60)
    return f"{minutes}:{seconds:02} min left"


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"
