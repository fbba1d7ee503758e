"""What grading gives for one submission."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Graded:
    """What came of one submission."""

    student: str
    lesson: str
    notebook: dict
    """the executed notebook (nbformat 4.5, plain dict), to be written to autograded/STUDENT/LESSON/LESSON.ipynb"""
    points: dict[str, float]
    """by exercise (its name without check_)"""
    fingerprint: str
    """of the submission's bytes"""
    version: str
    """of the lesson, its checks and the judge"""
    problem: str | None = None
    """why it could not be read; then every exercise has 0 points"""
    remarks: tuple[str, ...] = ()
    timestamp: str | None = None
    """when it was handed in (the text of timestamp.txt), for late penalties"""
    verdicts: dict[str, dict] = field(default_factory=dict)
    """for reports, by exercise: outcome, misconception, tests passed; JSON-able"""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
