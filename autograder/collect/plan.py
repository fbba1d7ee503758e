"""What collecting will do, before it does it; and doing it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.collect import canvas, moodle
from autograder.collect.attempts import Attempt, in_order
from autograder.collect.files import Left, Refused
from autograder.collect.names import may_be_one
from autograder.collect.roster import Person, Roster
from autograder.collect.said import Who
from autograder.collect.store import (
    Collected,
    StoreError,
    alone,
    found_here,
    keep,
    place,
    read_collected,
    submitted_folder,
    write_collected,
)
from autograder.collect.understand import Understood, told_apart


@dataclass(frozen=True)
class Step:
    """What is done for one student and one lesson."""

    attempts: tuple[Attempt, ...]
    """all that there are, the newest last"""
    new: tuple[Attempt, ...]
    """those that were not collected before"""
    before: int
    """how many were"""

    @property
    def chosen(self) -> Attempt:
        """The attempt that is graded."""
        return self.attempts[-1]

    @property
    def changes(self) -> bool:
        """Whether another one is graded than before."""
        return self.chosen in self.new


@dataclass
class Plan:
    """What collecting will do."""

    understood: Understood
    steps: list[Step]
    came: list[Attempt]
    """all that came, also what was collected before"""
    missing: dict[str, list[Person]]
    """by lesson, those of the roster of whom there is nothing"""
    collected: Collected
    with_roster: bool
    problems: list[Left] = field(default_factory=list)
    """what could not be done"""

    @property
    def new(self) -> list[Attempt]:
        """All attempts that were not collected before."""
        return [attempt for step in self.steps for attempt in step.new]


def make_plan(understood: Understood, class_folder: Path, roster: Roster) -> Plan:
    """Compare what came with what was collected before, and choose the newest of each.

    Parameters
    ----------
    understood : Understood
    class_folder : Path
        The folder that holds submitted/ and collected/.
    roster : Roster

    Returns
    -------
    plan : Plan
    """
    collected = read_collected(class_folder)
    now = datetime.now(UTC)
    rostered = {person.folder for person in roster.people}
    came: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt in understood.attempts:
        attempt = _where_it_was(attempt, collected, rostered)
        before = collected.same(attempt)
        if before is None:
            newer = replace(attempt, collected=now, remarks=(*attempt.remarks, *_odd_time(attempt, collected)))
        else:
            # a worksheet may say now when it came, and a roster whose it is
            newer = replace(before, time=attempt.time or before.time, remarks=attempt.remarks)
            collected.add(newer)
        came[attempt.student, attempt.lesson].append(newer)
    steps = [_step(class_folder, *key, came[key], collected) for key in sorted(came)]
    everything = [attempt for attempts in came.values() for attempt in attempts]
    return Plan(
        understood,
        steps,
        everything,
        _missing(steps, class_folder, roster, understood.assignment),
        collected,
        bool(roster),
    )


def _where_it_was(attempt: Attempt, collected: Collected, rostered: set[str]) -> Attempt:
    """An attempt under the name that its student has since an earlier collection; never under another's."""
    same_number = [
        each.student
        for each in collected.of_number(attempt.source, attempt.lms_id, attempt.lesson)
        if may_be_one(each.name or attempt.name, attempt.name or each.name)
    ]
    if same_number and attempt.student not in same_number:
        remark = f"Called {same_number[0]} since an earlier collection, now {attempt.student} in the roster."
        return replace(attempt, student=same_number[0], remarks=(*attempt.remarks, remark))
    if same_number or attempt.student in rostered or not attempt.lms_id:
        return attempt
    before = collected.of(attempt.student, attempt.lesson)
    if {each.lms_id for each in before if each.source == attempt.source} - {attempt.lms_id, ""}:
        # somebody of the same name, whom only the number tells apart
        return replace(attempt, student=told_apart(attempt.student, Who(id=attempt.lms_id)))
    return attempt


def _odd_time(attempt: Attempt, collected: Collected) -> list[str]:
    """Whether an attempt has the time of another, so that the worksheet may be from before it came."""
    times = {each.time for each in collected.of(attempt.student, attempt.lesson)} - {None}
    odd = "It has the time of an earlier attempt: is the worksheet older than the zip file?"
    return [odd] if attempt.time in times and attempt.source in (moodle.NAME, canvas.NAME) else []


def _step(class_folder: Path, student: str, lesson: str, came: Sequence[Attempt], collected: Collected) -> Step:
    before = collected.of(student, lesson)
    identities = {attempt.identity for attempt in before}
    new = list({each.identity: each for each in came if each.identity not in identities}.values())
    here = found_here(class_folder, student, lesson, collected)
    if here is not None and here.identity not in identities and not _same_files(here, new):
        new.insert(0, here)
    return Step(tuple(in_order([*before, *new])), tuple(new), len(before))


def _same_files(here: Attempt, new: Sequence[Attempt]) -> bool:
    """Whether what stands in submitted/ is among what came."""
    return any(set(here.digests) <= set(attempt.digests) for attempt in new)


def _missing(
    steps: Sequence[Step], class_folder: Path, roster: Roster, assignment: str | None
) -> dict[str, list[Person]]:
    lessons = {assignment} if assignment else {step.chosen.lesson for step in steps}
    there = {(step.chosen.student, step.chosen.lesson) for step in steps}
    missing = {
        lesson: [
            person
            for person in roster.people
            if (person.folder, lesson) not in there
            and not any((class_folder / "submitted" / person.folder / lesson).glob("*"))
        ]
        for lesson in sorted(lessons)
    }
    return {lesson: people for lesson, people in missing.items() if people}


def carry_out(plan: Plan, class_folder: Path) -> None:
    """Keep every new attempt, and put the newest of each student where it is graded; `plan.problems` says what failed.

    Parameters
    ----------
    plan : Plan
        As `make_plan` gave it, while the folder or zip file is still open.
    class_folder : Path
        The folder that holds submitted/ and collected/.

    Raises
    ------
    StoreError
        If somebody else collects, or has collected since the plan was made.
    """
    with alone(class_folder):
        if read_collected(class_folder).seal != plan.collected.seal:
            raise StoreError("Somebody else has collected meanwhile. Nothing was written; run the command again.")
        for step in plan.steps:
            _carry_out(step, plan, class_folder)
        write_collected(class_folder, plan.collected)


def _carry_out(step: Step, plan: Plan, class_folder: Path) -> None:
    student, lesson = step.chosen.student, step.chosen.lesson
    if submitted_folder(class_folder, student, lesson) is None:
        why = "It is a link, which is not followed. Remove it and collect again."
        plan.problems.append(Left(f"submitted/{student}/{lesson}", why))
        return
    try:
        kept = {attempt.identity: keep(class_folder, attempt) for attempt in step.new}
        for attempt in kept.values():
            plan.collected.add(attempt)
        place(class_folder, kept.get(step.chosen.identity, step.chosen), plan.collected)
    except (OSError, Refused) as error:
        plan.problems.append(Left(f"{student}/{lesson}", f"It could not be written: {error}. Collect again."))
