"""What collecting understood, as tables: who, which lesson, when, which attempts, what is odd, who is missing."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

from autograder.collect.attempts import HERE, Attempt
from autograder.collect.files import Left
from autograder.collect.plan import Plan, Step
from autograder.collect.times import as_shown


def show(plan: Plan, console: Console, due: dict[str, datetime], zone: tzinfo) -> None:
    """Print what a plan is.

    Parameters
    ----------
    plan : Plan
    console : Console
    due : dict of str to datetime
        When lessons are due, in UTC.
    zone : tzinfo
        In which times are shown.
    """
    understood = plan.understood
    asked = f", an assignment of {understood.assignment}" if understood.assignment else ""
    console.print(f"Taken for {understood.source.what}{asked}.", markup=False, highlight=False)
    if plan.steps:
        console.print(_handed_in(plan, due, zone))
    if understood.left:
        console.print(not_taken(understood.left))
    for lesson, people in plan.missing.items():
        names = ", ".join(f"{person.folder}{f' ({person.name})' if person.name else ''}" for person in people)
        console.print(f"Of {lesson} there is nothing by {len(people)}: {names}", markup=False, highlight=False)
    for note in _notes(plan):
        console.print(note, markup=False, highlight=False)
    console.print(account(plan), markup=False, highlight=False)


def _handed_in(plan: Plan, due: dict[str, datetime], zone: tzinfo) -> RenderableType:
    understood = plan.understood
    table = Table(title=f"submissions: {len(plan.steps)}", title_justify="left")
    for heading in ("student", "name", "lesson", "handed in", "late", "attempts", "to note"):
        table.add_column(heading, overflow="fold")
    for step in plan.steps:
        chosen = step.chosen
        stranger = plan.with_roster and chosen.student in understood.strangers
        table.add_row(
            *map(escape, (chosen.student, chosen.name, chosen.lesson)),
            as_shown(chosen.time, zone),
            lateness(chosen, due.get(chosen.lesson)),
            _which(step),
            escape(" ".join(["Not in the roster."] * stranger + [*chosen.remarks])),
        )
    return table


def lateness(attempt: Attempt, due: datetime | None) -> str:
    """How late an attempt came, as far as one knows."""
    if attempt.time and due:
        late = attempt.time - due
        return _duration(late) if late > timedelta() else ""
    return f"says {attempt.source}" if attempt.late else ""


def _duration(late: timedelta) -> str:
    minutes = max(1, int(late.total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _which(step: Step) -> str:
    """Which of the attempts is graded, and whether that is new."""
    count = len(step.attempts)
    if not step.new:
        return "as before" if count == 1 else f"as before ({count} kept)"
    if step.chosen.source == HERE:
        return "as it stands here"
    if not step.changes:
        return f"an older one came; {count} kept"
    return "1" if count == 1 else f"newest of {count}, all kept"


def not_taken(left: Sequence[Left]) -> RenderableType:
    """The files that are left out, with the way out."""
    table = Table(title=f"left out: {len(left)}", title_justify="left")
    table.add_column("file", overflow="fold")
    table.add_column("why, and what to do", overflow="fold")
    for each in left:
        table.add_row(escape(each.name), escape(each.why))
    return table


def _notes(plan: Plan) -> list[str]:
    notes = []
    timeless = [step.chosen for step in plan.steps if step.chosen.late and step.chosen.time is None]
    if timeless:
        notes.append(
            f"{len(timeless)} came late, but the zip file does not say when, so no penalty counts. To have it "
            "counted, give a roster with their times in a column called submitted."
        )
    strangers = {step.chosen.student: step.chosen.name for step in plan.steps if step.chosen.lms_id}
    twins = Counter(name for student, name in strangers.items() if student in plan.understood.strangers)
    if same := [name for name, count in twins.items() if name and count > 1]:
        notes.append(f"Several are called {', '.join(same)}: a roster with numbers tells them apart for good.")
    return notes


def account(plan: Plan) -> str:
    """Where every file went, in one sentence."""
    understood = plan.understood
    new = {attempt.identity for attempt in plan.new}
    graded = {step.chosen.identity for step in plan.steps}
    counts: Counter[str] = Counter()
    for attempt in plan.came:
        count = len(attempt.files)
        if attempt.identity not in new:
            counts["collected before"] += count
        elif attempt.identity in graded:
            counts["to be graded"] += min(count, 1) if attempt.main else count
            counts["kept beside a notebook"] += count - 1 if attempt.main else 0
        else:
            counts["of other attempts, kept"] += count
    counts["that say when others came"] = understood.timestamps
    counts["that nobody handed in"] = len(understood.not_handed_in)
    counts["left out"] = len(understood.left)
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"{understood.files} files: {told}."
