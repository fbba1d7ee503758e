"""Figures of marks: who could be graded, points, marks by exercise, and what a regrade changed."""

import math
from collections import Counter
from collections.abc import Sequence
from statistics import median

from autograder.lesson import Lesson
from autograder.report.data import LessonData, Work
from autograder.report.drawings import Bar, Line, Part, bars, histogram
from autograder.report.figures import Figure, Table, alt, mean
from autograder.report.names import Names
from autograder.versions import version_of
from course.check.verdict import Outcome

STATES = {
    "full": "all points",
    "some": "some of them",
    "none": "none, though tried",
    "untouched": "not attempted",
    "waits": "waits for a person",
}
MOST_CHANGES = 15
"""So many different changes are shown as they are, more in whole points."""
FATES = {
    "full": "graded as handed in",
    "some": "with remarks: mended, or a limit met",
    "none": "not readable, so 0 points",
    "waits": "the last try failed",
    "untouched": "nothing handed in",
}


def fates(data: LessonData, names: Names) -> Figure:
    """What became of every submission, and why some could not be graded."""
    # a regrade may fail: then the marks of before stand, and count
    waiting = data.not_graded
    judged = [work for work in data.works if work.student not in waiting and work.record]
    unreadable = [work for work in judged if work.record.problem]
    mended = [work for work in judged if work.record.remarks and not work.record.problem]
    graded = sum(work.student not in waiting for work in data.works)
    counts = {
        "full": graded - len(mended) - len(unreadable),
        "some": len(mended),
        "none": len(unreadable),
        "waits": len(waiting),
        "untouched": len(data.missing),
    }
    trouble = counts["none"] + counts["waits"]
    everybody = sum(counts.values())
    handed_in = everybody - len(data.missing)
    title = f"{trouble} of {handed_in} could not be graded as they are." if trouble else f"All {handed_in} were graded."
    why = [(names[work.student], "0 points", names.hide(work.record.problem)) for work in unreadable]
    why += [(names[student], "not graded", names.hide(problem)) for student, problem in waiting.items()]
    remarks = [(names[work.student], names.hide(" ".join(work.record.remarks))) for work in mended]
    return Figure(
        "fates",
        "Who could be graded",
        title,
        bars([_parts("", counts)], "students", max(everybody, 1)),
        alt(title, [(f"{FATES[kind]}", count) for kind, count in counts.items() if count]),
        (
            Table(
                "How many", ("what became of it", "students"), [(FATES[kind], count) for kind, count in counts.items()]
            ),
            Table("Who could not be graded, and why", ("student", "what came of it", "why"), why),
            Table("Remarks: what was mended, which limits were met", ("student", "remarks"), remarks),
            Table("Nothing handed in", ("student",), [(names[student],) for student in data.missing]),
        ),
        {kind: f"{FATES[kind]}: {count}" for kind, count in counts.items() if count},
    )


def totals(data: LessonData) -> Figure:
    """How many have how many points in the whole lesson."""
    points = [work.total for work in data.works]
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100) if data.most / each <= 25)
    edges = [step * place for place in range(int(-(-max([data.most, *points, 1]) // step)) + 1)]
    # the last one holds its upper edge: full marks
    counts = Counter(min(int(total // step), len(edges) - 2) for total in points)
    bins = [(edge, counts[place]) for place, edge in enumerate(edges[:-1])]
    middle = median(points) if points else 0.0
    full = sum(total >= data.most for total in points)
    title = f"Half of them have {middle:g} of {data.most:g} points or more; {_people(full)} all of them."
    waits, late = sum(work.waits for work in data.works), sum(work.penalty > 0 for work in data.works)
    notes = [f"{_people(waits)} text that a person has still to mark: it counts nothing yet."] if waits else []
    notes += [f"{late} lost points for coming late."] if late else []
    ranges = [f"{edge:g} to under {edge + step:g}" for edge in edges[:-2]] + [f"{edges[-2]:g} to {edges[-1]:g}"]
    rows = [(name, count) for name, (_, count) in zip(ranges, bins, strict=True)]
    return Figure(
        "totals",
        "Points",
        title if points else "Nobody has points yet.",
        histogram(
            edges, [count for _, count in bins], f"points (of {data.most:g})", "students", Line(middle, "median")
        ),
        alt(title, [(f"{name} points", count) for name, count in rows if count]),
        (Table("Points", ("points", "students"), rows),),
        note=" ".join(notes),
    )


def marks_by_exercise(lesson: Lesson, data: LessonData) -> Figure:
    """Who earned all, some or none of each exercise's points."""
    order = [*lesson.exercises, *(name for name in data.out_of if name not in lesson.exercises)]
    order = [name for name in order if name in data.out_of]
    counts = {name: Counter(_state(work, name, data.out_of[name]) for work in data.works) for name in order}
    earned = {name: mean(work.marks[name] or 0.0 for work in data.works) for name in order}
    shares = {name: earned[name] / data.out_of[name] for name in order if data.out_of[name]}
    least = min(shares, key=shares.get, default=None)
    title = f"{least} earned least: {shares[least]:.0%} of its points." if least else "There are no exercises."
    rows = [Bar(f"{name} ({data.out_of[name]:g} P)", _parts("", counts[name]).parts) for name in order]
    columns = ("exercise", "of", "mean", *STATES.values())
    table = [
        (name, data.out_of[name], round(earned[name], 2), *(counts[name][kind] for kind in STATES)) for name in order
    ]
    return Figure(
        "exercises",
        "Marks by exercise",
        title,
        bars(rows, "students", max(len(data.works), 1)),
        alt(
            title,
            [
                (f"{name}: {STATES[kind]}", counts[name][kind])
                for name in order
                for kind in STATES
                if counts[name][kind]
            ],
        ),
        (Table("Marks by exercise", columns, table),),
        {kind: STATES[kind] for kind in STATES if any(counts[name][kind] for name in order)},
    )


def regrade(lesson: Lesson, data: LessonData, names: Names) -> Figure:
    """What the last regrade of unchanged submissions changed."""
    again = [work for work in data.works if work.record and work.before]
    change = {work.student: round(work.record.total - work.before.total, 2) for work in again}
    moved = sorted(
        (work for work in again if change[work.student]), key=lambda work: (change[work.student], work.student)
    )
    up, down = (sum(sign * value > 0 for value in change.values()) for sign in (1, -1))
    title = (
        f"Of {len(again)} graded again, {up} gained and {down} lost points." if again else "Nothing was graded again."
    )
    counts = Counter(change[work.student] for work in moved)
    if len(counts) > MOST_CHANGES:
        counts = Counter(round(value) or math.copysign(1, value) for value in counts.elements())
    labels = {value: f"{value:+g} points".replace("-", "−") for value in sorted(counts, reverse=True)}
    rows = [
        Bar(label, (Part("full" if value > 0 else "some", counts[value], f"{counts[value]}"),))
        for value, label in labels.items()
    ]
    by_exercise = [
        (name, _mean_points(again, name, "before"), _mean_points(again, name, "record")) for name in lesson.exercises
    ]
    notes = ["As judged, without what a person changed and what is taken off for coming late."] if again else []
    version = version_of(lesson)
    if outdated := sum(record.version != version for record in data.records):
        notes += [f"{outdated} were graded before the lesson was last changed: autograder grade --changed"]
    students = [(names[work.student], work.before.total, work.record.total, change[work.student]) for work in moved]
    return Figure(
        "regrade",
        "Change from a regrade",
        title,
        bars(rows, "students") if rows else None,
        alt(title, [(label, counts[value]) for value, label in labels.items()]),
        (
            Table("Whose points changed", ("student", "before", "now", "change"), students),
            Table("Mean points of who was graded again", ("exercise", "before", "now"), by_exercise if again else []),
        ),
        {"full": "gained", "some": "lost"} if rows else {},
        note=" ".join(notes),
    )


def _state(work: Work, exercise: str, out_of: float) -> str:
    """Which of the STATES an exercise is in."""
    mark = work.marks[exercise]
    told = work.record.verdicts.get(exercise) if work.record else None
    if mark is None:
        return "waits"
    if mark >= out_of:
        return "full"
    if mark > 0:
        return "some"
    unread = work.record is not None and work.record.problem is not None
    return "untouched" if unread or (told and told["outcome"] == Outcome.NOT_ATTEMPTED.name.lower()) else "none"


def _parts(label: str, counts: dict[str, int]) -> Bar:
    kinds = [kind for kind in STATES if counts[kind]]
    return Bar(label, tuple(Part(kind, counts[kind], f"{counts[kind]}") for kind in kinds))


def _people(count: int) -> str:
    return f"{count} {'has' if count == 1 else 'have'}"


def _mean_points(works: Sequence[Work], exercise: str, which: str) -> float:
    return round(mean(getattr(work, which).points.get(exercise, 0.0) for work in works), 2)
