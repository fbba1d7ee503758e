"""Figures of what the judge found: misconceptions, hidden tests, time and limits."""

from collections import Counter
from statistics import median

from autograder.lesson import Lesson
from autograder.report.data import LessonData
from autograder.report.drawings import Bar, Part, bars, histogram
from autograder.report.figures import Figure, Table, alt, plain
from autograder.report.names import Names
from autograder.sandbox.limits import limits_met
from course.check.verdict import Outcome

MOST_BARS = 12
SLOWEST = 10
MOST_OTHERS = 50
SECONDS = (0, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128)


def misconceptions(lesson: Lesson, data: LessonData) -> Figure:
    """Which known faults were found, and how many wrong answers are none of them."""
    wrong = [
        (name, told)
        for record in data.records
        for name, told in record.verdicts.items()
        if told["outcome"] == Outcome.NOT_YET.name.lower()
    ]
    named = Counter((name, told["misconception"]) for name, told in wrong if told["misconception"])
    others = Counter((name, (told["says"] or ["?"])[0]) for name, told in wrong if not told["misconception"])
    says = {(name, fault.name): fault.says for name, each in lesson.exercises.items() for fault in each.misconceptions}
    ranked = named.most_common()
    title = "No known misconception was found."
    if ranked:
        (exercise, fault), count = ranked[0]
        title = f"Most often: {fault} ({exercise}), in {count} of {len(data.records)} submissions."
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
        alt(title, [(f"{fault} in {exercise}", count) for (exercise, fault), count in ranked[:MOST_BARS]]),
        (
            Table(
                "Misconceptions, and what students are told",
                ("exercise", "misconception", "submissions", "told"),
                [(*key, count, says.get(key, "")) for key, count in ranked],
            ),
            Table(
                "Other wrong answers, by the first sentence told",
                ("exercise", "told", "submissions"),
                [(*key, count) for key, count in others.most_common(MOST_OTHERS)],
            ),
        ),
        note=f"{unnamed} other wrong answer{'s are' if unnamed != 1 else ' is'} none of the known misconceptions."
        if unnamed
        else "",
    )


def hidden_tests(data: LessonData) -> Figure:
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
        title = f"The hardest, in {exercise}: {share:.0%} of those who tried fail “{plain(says).rstrip('.')}”."
    counts = {test: f"{failed[test]} of {tried[test]}" for test in hardest}
    rows = [
        Bar(f"{test[0]}: {plain(test[1])}", (Part("some", _percent(failed[test], tried[test]), counts[test]),))
        for test in hardest
    ]
    table = [(*test, failed[test], tried[test], _percent(failed[test], tried[test])) for test in ranked]
    return Figure(
        "tests",
        "Hardest hidden tests",
        title,
        bars(rows, "failed, in % of the submissions that tried the exercise", 100) if rows else None,
        alt(title, [(f"{name}: {says}", counts[name, says]) for name, says in hardest]),
        (Table("All hidden tests", ("exercise", "test", "failed", "tried", "failed, %"), table),),
    )


def times(data: LessonData, names: Names) -> Figure:
    """How long grading took, and who met a limit."""
    seconds = [record.seconds for record in data.records]
    processor = sum(record.cpu_seconds for record in data.records)
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
        alt(title, [(f"{name} s", count) for name, count in bins]),
        (
            Table("Seconds a submission took", ("seconds", "submissions"), bins),
            Table("The slowest", ("student", "seconds", "of them on the processor"), slow),
            Table("Who met a limit", ("student", "limit"), [(names[work.student], limit) for work, limit in met]),
        ),
        note=f"All together: {_long(sum(seconds))}, of which {_long(processor)} on the processor.",
    )


def _long(seconds: float) -> str:
    """A time as one tells it."""
    return f"{seconds / 60:.0f} min" if seconds >= 600 else f"{seconds:.0f} s"


def _bin(seconds: float) -> int:
    """The bar that a time belongs to; the last one has no end."""
    return max(place for place, edge in enumerate(SECONDS[:-1]) if seconds >= edge)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)
