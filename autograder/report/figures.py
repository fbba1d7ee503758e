"""What a report shows of a lesson: pictures, each with a title that says what to see, and the table behind it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from markupsafe import Markup

from autograder.lesson import Lesson
from autograder.report.data import LessonData, Work
from autograder.report.drawings import Bar, Line, Part, bars, histogram, shortened
from autograder.report.names import Names
from autograder.sandbox.limits import limits_met

Cell = str | float | int
NOT_ATTEMPTED, PASSED, NOT_YET = "not_attempted", "passed", "not_yet"
MOST_BARS = 12
SLOWEST = 10
STATES = {
    "full": "all points",
    "some": "some of them",
    "none": "none, though tried",
    "untouched": "not attempted",
    "waits": "waits for a person",
}
FATES = {
    "full": "as handed in",
    "some": "mended on the way",
    "none": "not readable: 0 points",
    "waits": "the last try failed",
    "untouched": "nothing handed in",
}
SECONDS = (0, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True)
class Table:
    """What stands behind a picture, for who wants the numbers."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


@dataclass(frozen=True)
class Figure:
    """A picture, what to see in it, and the numbers behind it."""

    key: str
    heading: str
    title: str
    """what there is to see, in a sentence"""
    drawing: Markup | None
    alt: str
    tables: tuple[Table, ...] = ()
    legend: dict[str, str] = field(default_factory=dict)
    note: str = ""


def figures(lesson: Lesson, data: LessonData, names: Names) -> list[Figure]:
    """Everything to be shown of a lesson, beside who is alike.

    Parameters
    ----------
    lesson : Lesson
        For the order of its exercises, and for what is said about its misconceptions.
    data : LessonData
    names : Names
        How to call each student.

    Returns
    -------
    figures : list of Figure
    """
    return [
        fates(data, names),
        totals(data),
        marks_by_exercise(lesson, data),
        misconceptions(lesson, data),
        hidden_tests(lesson, data),
        times(data, names),
        regrade(lesson, data, names),
    ]


def fates(data: LessonData, names: Names) -> Figure:
    """What became of every submission, and why some could not be graded."""
    unreadable = [work for work in data.works if work.record and work.record.problem]
    mended = [work for work in data.works if work.record and work.record.remarks and not work.record.problem]
    # a regrade may fail: then the marks of before stand, and count
    waiting = data.not_graded
    graded = [work for work in data.works if work.student not in waiting]
    counts = {
        "full": sum(work not in unreadable and work not in mended for work in graded),
        "some": sum(work in mended for work in graded),
        "none": sum(work in unreadable for work in graded),
        "waits": len(waiting),
        "untouched": len(data.missing),
    }
    trouble = counts["none"] + counts["waits"]
    everybody = sum(counts.values())
    handed_in = everybody - len(data.missing)
    title = f"{trouble} of {handed_in} could not be graded as they are." if trouble else f"All {handed_in} were graded."
    why = [
        (names[work.student], "0 points", names.hide(work.record.problem))
        for work in unreadable
        if work.student not in waiting
    ]
    why += [(names[student], "not graded", names.hide(problem)) for student, problem in waiting.items()]
    remarks = [
        (names[work.student], names.hide(" ".join(work.record.remarks)))
        for work in mended
        if work.student not in waiting
    ]
    return Figure(
        "fates",
        "Who could be graded",
        title,
        bars([_parts("", counts)], "students", max(everybody, 1)),
        _alt(title, [(f"{FATES[kind]}", count) for kind, count in counts.items() if count]),
        (
            Table("Who could not be graded, and why", ("student", "what came of it", "why"), why),
            Table("What was mended, and which limits were met", ("student", "remarks"), remarks),
            Table("Nothing handed in", ("student",), [(names[student],) for student in data.missing]),
            Table("How many", ("", "students"), [(FATES[kind], count) for kind, count in counts.items()]),
        ),
        {kind: FATES[kind] for kind, count in counts.items() if count},
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
        _alt(title, [(f"{name} points", count) for name, count in rows if count]),
        (Table("Points", ("points", "students"), rows),),
        note=" ".join(notes),
    )


def marks_by_exercise(lesson: Lesson, data: LessonData) -> Figure:
    """Who earned all, some or none of each exercise's points."""
    order = [*lesson.exercises, *(name for name in data.out_of if name not in lesson.exercises)]
    order = [name for name in order if name in data.out_of]
    counts = {name: Counter(_state(work, name, data.out_of[name]) for work in data.works) for name in order}
    earned = {name: _mean(work.marks[name] or 0.0 for work in data.works) for name in order}
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
        _alt(
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


def misconceptions(lesson: Lesson, data: LessonData) -> Figure:
    """Which known faults were found, and how many wrong answers are none of them."""
    wrong = [
        (name, told) for record in data.records for name, told in record.verdicts.items() if told["outcome"] == NOT_YET
    ]
    named = Counter((name, told["misconception"]) for name, told in wrong if told["misconception"])
    others = Counter((name, (told["says"] or ["?"])[0]) for name, told in wrong if not told["misconception"])
    says = {(name, fault.name): fault.says for name, each in lesson.exercises.items() for fault in each.misconceptions}
    everybody = len(data.records)
    ranked = named.most_common()
    title = "No known misconception was found."
    if ranked:
        (exercise, fault), count = ranked[0]
        title = f"Most often: {fault} ({exercise}), in {count} of {everybody} submissions."
    rows = [
        Bar(f"{fault} ({exercise})", (Part("full", count, f"{count}"),))
        for (exercise, fault), count in ranked[:MOST_BARS]
    ]
    unnamed = sum(others.values())
    return Figure(
        "misconceptions",
        "What was misunderstood",
        title,
        bars(rows, "submissions") if rows else None,
        _alt(title, [(f"{fault} in {exercise}", count) for (exercise, fault), count in ranked[:MOST_BARS]]),
        (
            Table(
                "Misconceptions, and what students are told",
                ("exercise", "misconception", "submissions", "told"),
                [(*key, count, says.get(key, "")) for key, count in ranked],
            ),
            Table(
                "Other wrong answers, by the first sentence told",
                ("exercise", "told", "submissions"),
                [(*key, count) for key, count in others.most_common(50)],
            ),
        ),
        note=f"{unnamed} other wrong answer{'s are' if unnamed != 1 else ' is'} none of the known misconceptions."
        if unnamed
        else "",
    )


def hidden_tests(lesson: Lesson, data: LessonData) -> Figure:
    """Which hidden tests were failed most, by those who tried the exercise."""
    tried: Counter[tuple[str, str]] = Counter()
    failed: Counter[tuple[str, str]] = Counter()
    for record in data.records:
        for name, told in record.verdicts.items():
            for test in told["tests"]:
                tried[name, test["says"]] += 1
                failed[name, test["says"]] += not test["passed"]
    # an answer that passes has its tests kept as well, so every test that anybody ran is here
    ranked = sorted(tried, key=lambda test: (-failed[test] / tried[test], -failed[test], test))
    hardest = [test for test in ranked if failed[test]][:MOST_BARS]
    title = "No hidden test was failed."
    if hardest:
        (exercise, says), share = hardest[0], failed[hardest[0]] / tried[hardest[0]]
        title = f"The hardest, in {exercise}: {share:.0%} of those who tried fail “{says.rstrip('.')}”."
    rows = [
        Bar(
            f"{name}: {says}",
            (
                Part(
                    "some", 100 * failed[name, says] / tried[name, says], f"{failed[name, says]} of {tried[name, says]}"
                ),
            ),
        )
        for name, says in hardest
    ]
    table = [
        (name, says, failed[name, says], tried[name, says], _percent(failed[name, says], tried[name, says]))
        for name, says in ranked
    ]
    return Figure(
        "tests",
        "Hardest hidden tests",
        title,
        bars(rows, "failed, in % of the submissions that tried the exercise", 100) if rows else None,
        _alt(title, [(f"{name}: {says}", f"{failed[name, says]} of {tried[name, says]}") for name, says in hardest]),
        (Table("All hidden tests", ("exercise", "test", "failed", "tried", "failed, %"), table),),
    )


def times(data: LessonData, names: Names) -> Figure:
    """How long grading took, and who met a limit."""
    seconds = [record.seconds for record in data.records]
    counts = Counter(_bin(value) for value in seconds)
    used = [place for place in range(len(SECONDS) - 1) if counts[place]] or [0]
    low, high = min(used), max(used) + 1
    edges = SECONDS[low : high + 1]
    met = [(work, limit) for work in data.works if work.record for limit in limits_met(work.record.remarks)]
    by_limit = Counter(limit for _, limit in met)
    limits = ", ".join(f"{limit} ({count})" for limit, count in by_limit.most_common())
    told = f"{len({work.student for work, _ in met})} met a limit: {limits}." if met else "Nobody met a limit."
    title = (
        f"Half of them took {median(seconds):.2g} s or less, the slowest {max(seconds):.2g} s. {told}"
        if seconds
        else told
    )
    slowest = sorted((work for work in data.works if work.record), key=lambda work: -work.record.seconds)[:SLOWEST]
    slow = [(names[work.student], round(work.record.seconds, 2), round(work.record.cpu_seconds, 2)) for work in slowest]
    bins = [(f"{SECONDS[place]:g} to {SECONDS[place + 1]:g}", counts[place]) for place in range(low, high)]
    return Figure(
        "times",
        "Time and limits",
        title,
        histogram(
            edges,
            [counts[place] for place in range(low, high)],
            "seconds a submission took (each step doubles)",
            "submissions",
            kind="some",
        )
        if seconds
        else None,
        _alt(title, [(f"{name} s", count) for name, count in bins]),
        (
            Table("Seconds a submission took", ("seconds", "submissions"), bins),
            Table("The slowest", ("student", "seconds", "of them on the processor"), slow),
            Table("Who met a limit", ("student", "limit"), [(names[work.student], limit) for work, limit in met]),
        ),
        note=f"All together: {sum(seconds) / 60:.3g} minutes, {sum(record.cpu_seconds for record in data.records) / 60:.3g} of them on the processor."
        if seconds
        else "",
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
    rows = [
        Bar(f"{value:+g} points", (Part("full" if value > 0 else "some", counts[value], f"{counts[value]}"),))
        for value in sorted(counts, reverse=True)
    ]
    by_exercise = [
        (name, _mean_points(again, name, "before"), _mean_points(again, name, "record")) for name in lesson.exercises
    ]
    students = [(names[work.student], work.before.total, work.record.total, change[work.student]) for work in moved]
    return Figure(
        "regrade",
        "Change from a regrade",
        title,
        bars(rows, "students") if rows else None,
        _alt(title, [(f"{value:+g} points", counts[value]) for value in sorted(counts)]),
        (
            Table("Whose points changed", ("student", "before", "now", "change"), students),
            Table("Mean points of who was graded again", ("exercise", "before", "now"), by_exercise if again else []),
        ),
        {"full": "gained", "some": "lost"} if rows else {},
        note="As judged, without what a person changed and without what is taken off for coming late." if again else "",
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
    return "untouched" if unread or (told and told["outcome"] == NOT_ATTEMPTED) else "none"


def _parts(label: str, counts: dict[str, int]) -> Bar:
    kinds = [kind for kind in STATES if counts[kind]]
    return Bar(label, tuple(Part(kind, counts[kind], f"{counts[kind]}") for kind in kinds))


def _bin(seconds: float) -> int:
    """The bar that a time belongs to; the last one has no end."""
    return max(place for place, edge in enumerate(SECONDS[:-1]) if seconds >= edge)


def _alt(title: str, values: Sequence[tuple[str, Cell]]) -> str:
    """What the picture shows, in words."""
    return f"Bar chart. {title} " + "; ".join(f"{shortened(name)}: {value}" for name, value in values)


def _people(count: int) -> str:
    return f"{count} {'has' if count == 1 else 'have'}"


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)


def _mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values) if values else 0.0


def _mean_points(works: Sequence[Work], exercise: str, which: str) -> float:
    return round(_mean(getattr(work, which).points.get(exercise, 0.0) for work in works), 2)
