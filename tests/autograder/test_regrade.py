"""A lesson is changed while a class is graded: what the change may touch is judged again, and nothing else."""

import csv
import shutil
from pathlib import Path

import pytest

from autograder.demo import hand_in, make_class
from autograder.gradebook import GradebookWriter
from autograder.lesson import Lesson
from autograder.regrade import read_earlier
from autograder.versions import version_of, versions_of
from tests.autograder.conftest import autograder
from tests.conftest import COURSE, LESSONS

LESSON = LESSONS["02_stft"]
STUDENTS = ("perfect", "half_done", "untouched", "no_window_in_get_stft")
STRICTER = '''
    def test_stricter(self, answer, reference, rng):
        """Knows a number that nobody knows."""
        assert_close(answer(np.ones((3, 3)), np.ones((3, 3))), 77.0)
'''


def copy_of_course(folder: Path) -> Path:
    """A course with nothing but lesson 02."""
    for part in ("source", "release"):
        shutil.copytree(COURSE / part / LESSON.name, folder / part / LESSON.name)
    shutil.copy(COURSE / "nbgrader_config.py", folder)
    return folder


def change(course: Path, file: str, old: str, new: str) -> None:
    path = course / "source" / LESSON.name / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def versions_in(course: Path) -> dict[str, str]:
    return versions_of(Lesson(course / "source" / LESSON.name))


@pytest.mark.parametrize(
    "file, old, new, touched",
    [
        ("questions.toml", "[[question]]", "# another\n[[question]]", set()),
        ("checks.py", "\nclass LouderByDb:", "\n# easier than it looks\nclass LouderByDb:", set()),
        ("checks.py", '    exercise = "hann"\n', '    exercise = "hann"\n    more = 1\n', {"hann"}),
        ("checks.py", "SR = audio.SAMPLE_RATE", "SR = 1 * audio.SAMPLE_RATE", set(LESSON.exercises)),
        ("02_stft.py", "> **You hear**", "> **One hears**", set()),
        ("02_stft.py", "import numpy as np\n", "import numpy as np\nimport math\n", set(LESSON.exercises)),
    ],
)
def test_a_change_touches_what_it_may_change(tmp_path, file, old, new, touched):
    """Tests, points and faults touch their own exercise; what all share, all; words, hints and questions, none."""
    course = copy_of_course(tmp_path)
    change(course, file, old, new)
    before, after = versions_of(LESSON), versions_in(course)
    assert {name for name in before if before[name] != after[name]} == touched
    assert (version_of(LESSON) != version_of(Lesson(course / "source" / LESSON.name))) == bool(touched)


def test_points_and_faults_touch_their_own_exercise(tmp_path):
    """A misconception's sentence stands in the feedback, so it is judged again."""
    course = copy_of_course(tmp_path)
    fault = LESSON.exercises["get_stft"].misconceptions[0]
    change(course, "misconceptions.toml", fault.says.splitlines()[0], "Another sentence.")
    before, after = versions_of(LESSON), versions_in(course)
    assert {name for name in before if before[name] != after[name]} == {"get_stft"}


@pytest.fixture(scope="module")
def judged_again(tmp_path_factory):
    """A class, graded; then the last exercise gets a test that nobody passes. The folder, and what was said."""
    folder = tmp_path_factory.mktemp("changed")
    course, class_folder = copy_of_course(folder / "course"), folder / "class"
    works = [work for work in make_class(LESSON) if work.student in STUDENTS]
    hand_in(works, LESSON, COURSE / "release", class_folder)
    command = ("grade", LESSON.name, "--course", course, "--class", class_folder, "--workers", "1")
    said = [autograder(*command)]
    with open(course / "source" / LESSON.name / "checks.py", "a", encoding="utf-8") as checks:
        checks.write(STRICTER)
    said += [autograder(*command), autograder(*command, "--changed")]
    assert [ran.returncode for ran in said] == [0, 0, 0], said[-1].stderr
    return class_folder, [ran.stdout for ran in said]


def records(class_folder: Path) -> dict[str, list]:
    with GradebookWriter(f"sqlite:///{class_folder / 'gradebook.db'}") as gradebook:
        return {student: gradebook.history(student, LESSON.name) for student in STUDENTS}


def test_marks_change_only_when_one_says_so(judged_again):
    """Without --changed the old marks stay, and the way to judge again is told."""
    _, (first, then, changed) = judged_again
    assert "was changed since" not in first + changed
    assert "02_stft was changed since 4 of 4 were graded" in then and "grade 02_stft --changed" in then
    assert "4 of 4 were judged again; the marks of 2 have changed" in changed


def test_before_and_after_are_shown_of_those_who_gained_or_lost(judged_again):
    """By exercise and in all; who has the same marks as before is left out."""
    _, (_, _, changed) = judged_again
    table = changed[changed.index("before → after") :]
    rows = {line.split()[1]: line for line in table.splitlines() if "→" in line and "│" in line}
    assert rows.keys() == {"perfect", "no_window_in_get_stft"}
    assert "2 → 1.33" in rows["perfect"] and "15 → 14.33" in rows["perfect"]
    assert "12 → 11.33" in rows["no_window_in_get_stft"]


def test_only_what_is_touched_is_judged_again(judged_again):
    """The log has both gradings; verdicts of the other exercises, and what the notebook shows of them, are the same."""
    class_folder, _ = judged_again
    for student, (before, after) in records(class_folder).items():
        moved = {name for name in before.verdicts if before.verdicts[name] != after.verdicts[name]}
        assert moved == {"louder_by_db"}, student
    with open(class_folder / "marks.csv", encoding="utf-8-sig", newline="") as file:
        totals = {row["student"]: float(row["total"]) for row in csv.DictReader(file)}
    assert totals == pytest.approx({"perfect": 14.33, "half_done": 8, "untouched": 0, "no_window_in_get_stft": 11.33})


def test_what_was_judged_before_is_read_with_what_was_shown(judged_again):
    """A notebook that is not what was written then gives nothing, and all is judged."""
    class_folder, _ = judged_again
    verdicts = records(class_folder)["perfect"][-1].verdicts
    path = class_folder / "autograded" / "perfect" / LESSON.name / f"{LESSON.name}.ipynb"
    earlier = read_earlier(verdicts, path)
    assert earlier.keys() == LESSON.exercises.keys()
    assert earlier["hann"].passed and not earlier["louder_by_db"].passed
    assert "passed" in str(earlier["hann"].outputs)
    assert read_earlier(verdicts, path.with_name("none.ipynb")) == {}
