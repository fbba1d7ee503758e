"""A question of each kind, for a quiz and an exam in the browser; and what asks them."""

from datetime import datetime, timedelta
from pathlib import Path

from course.exam.bank import questions
from course.exam.mock import Blueprint, Part
from course.exam.practice import Practice
from course.exam.progress import Progress, now
from course.exam.question import Choice, Question
from course.widgets import MockExam

COMMON = {"difficulty": 2, "minutes": 2}
CODE = """
What does this print, A or B?

    power = np.array([1e-9, 1.0, 70000.0])
    half = power.astype(np.float16)
    print("A" if np.all(np.isfinite(half)) and np.all(half > 0) else "B")
"""
QUESTIONS = [
    Question(
        "02_stft",
        "a-hop",
        "compute",
        **COMMON,
        text="A window of {window} ms, a hop of *half* a window: how long is the `hop`, in ms?",
        read="Step 1 · Slice",
        unit="ms",
        solution="Half of {window} ms.",
        parameters=({"window": 46},),
        answers=(23.0,),
        wrong=((92.0,),),
        replies=("You took twice the window of {window} ms.",),
    ),
    Question(
        "02_stft",
        "why-a-window",
        "choose",
        **COMMON,
        text="Why is a frame faded with a window?",
        read="Step 2 · Fade",
        choices=(
            Choice("so that its ends make no steps", "Right: a step has energy everywhere.", True),
            Choice("so that there are fewer bins, `n_fft // 2 + 1` of them", "Their number stays.", False),
            Choice("to make it louder", "It gets fainter.", False),
        ),
    ),
    Question(
        "03_mel",
        "which-are-linear",
        "choose several",
        **COMMON,
        text="Which of these are linear?",
        read="Find the bug",
        choices=(
            Choice("the STFT", "It is a sum.", True),
            Choice("the filter bank", "It is a matrix.", True),
            Choice("the logarithm", "It is not.", False),
        ),
    ),
    Question(
        "03_mel",
        "does-it-print",
        "read code",
        **COMMON,
        text=CODE,
        read="Fewer bits",
        choices=(Choice("B", "Right: 70000 is beyond 65504.", True), Choice("A", "float16 ends at 65504.", False)),
    ),
    Question(
        "04_pseudo_inverse",
        "why-the-smallest",
        "derive",
        **COMMON,
        text="Show that the pseudo-inverse gives the least sum of squares.",
        read="Step 4 · The smallest",
        solution="The difference lies in the null space.\n\nBy Pythagoras the sum can only grow.",
        points=("the difference lies in the null space", "it stands at right angles", "Pythagoras"),
    ),
    Question(
        "02_stft",
        "write-a-window",
        "write code",
        **COMMON,
        text="Write `hann(window_length)`, the periodic Hann window.",
        read="Step 2 · Fade",
        exercise="hann",
    ),
    *(next(each for each in questions() if each.kind == kind) for kind in ("see", "hear")),
    Question(
        "02_stft",
        "a-last-one",
        "compute",
        **COMMON,
        text="How many ms are 2 s?",
        read="Step 1 · Slice",
        unit="ms",
        solution="2 s are 2 · 1000 ms.",
        answers=(2000.0,),
    ),
]
HANN = "def hann(window_length):\nreturn np.sin(np.pi * np.arange(window_length) / window_length) ** 2"
"""As it is typed: the field indents."""


def practice(name: str) -> Practice:
    """Over all of them, with a diary of that name."""
    return Practice(Progress(QUESTIONS, Path(f"{name}.jsonl")))


TASKS = (
    Part(("02_stft",), ("choose", "compute", "write code")),
    Part(("03_mel", "04_pseudo_inverse"), ("choose several", "read code", "derive")),
)
LATE = Path("late.txt")
"""How many seconds an exam's clock is ahead; nothing where it is not there."""


def clock() -> datetime:
    """The time, or a later one."""
    return now() + timedelta(seconds=float(LATE.read_text()) if LATE.exists() else 0)


def exam(folder: str) -> MockExam:
    """Of two tasks with a question of each kind, in a folder with a diary."""
    progress = Progress(QUESTIONS, Path(folder) / "diary.jsonl", clock)
    return MockExam(progress, 1, Blueprint(TASKS, minutes=12))


def right_choice(kind: str) -> str:
    """Of the question to see or to hear, as it is drawn first."""
    drawn = next(each for each in QUESTIONS if each.kind == kind).draw(0)
    return next(choice.text for choice in drawn.choices if choice.right)
