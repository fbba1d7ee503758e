"""`autograder lint`: a lesson that is complete has nothing to do; each way to spoil it is told, with its place."""

import re
import shutil

import pytest
from typer.testing import CliRunner

from autograder.build import build, make_bank
from autograder.cli import app
from autograder.lesson import Lesson
from autograder.lint import judged, looks, untouched
from autograder.lint.tex import width
from autograder.nbgrader_course import load_config
from autograder.new import make_lesson
from tests.conftest import COURSE

TEXT, HELP, ASKED = "11_topic.py", "misconceptions.toml", "questions.toml"
GRADE_ID = '"grade_id": "emphasise"'
STEP = "np.concatenate([[0.0], amplitudes[:-1]])"
LONG = "\n".join(f"x{n} = {n}" for n in range(30)) + "\nsounds = {"
NEW_FAULT = '\n[[misconception]]\nexercise = "emphasise"\nname = "new"\nsays = "No."\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A course with one new lesson, built."""
    course = tmp_path_factory.mktemp("course")
    (course / "source").mkdir()
    shutil.copy(COURSE / "nbgrader_config.py", course)
    shutil.copytree(COURSE / "course", course / "course", ignore=shutil.ignore_patterns("__pycache__"))
    (course / "assets").mkdir()
    (course / "assets" / "sounds").symlink_to(COURSE / "assets" / "sounds")
    make_lesson(course / "source", "11_topic")
    build(Lesson(course / "source" / "11_topic"), load_config(course), course / "assets")
    return course


@pytest.fixture
def course(built, tmp_path):
    """A copy of it, free to be spoilt."""
    return shutil.copytree(built, tmp_path / "course", symlinks=True)


def spoil(course, name, pattern, replacement):
    """Replace a piece of one of the lesson's files."""
    path = course / "source" / "11_topic" / name
    text, times = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)
    assert times == 1, pattern
    path.write_text(text, encoding="utf-8")


def found_in(course, fast=True):
    """What lint finds, but for what was not built again."""
    work = looks(Lesson(course / "source" / "11_topic"), course, fast)
    return [each for look in work for each in look() if "is stale" not in each.says]


def line(finding):
    """The line that a finding points to."""
    return finding.path.read_text(encoding="utf-8").splitlines()[finding.line - 1]


def test_nothing_to_do(course):
    """Judge and all."""
    assert found_in(course, fast=False) == []


@pytest.mark.parametrize(
    ("name", "pattern", "replacement", "at", "says"),
    [
        (HELP, r'    "`amplitudes\[:-1\]`.*\n\]', "]", "emphasise = [", "0 hints; it needs 2 or 3"),
        (HELP, r"(?<=emphasise = \[\n)", '"Think.",\n', "emphasise = [", "4 hints; nobody asks for more than 3"),
        (HELP, r"(?<=emphasise = \[\n).*?\n.*?\n", '"Think.",\n' * 2, "emphasise = [", "same hint twice: “Think.”"),
        (
            HELP,
            r"`np.concatenate\(\[a, b\]\)`",
            f"`{STEP}`",
            "emphasise = [",
            "Hint 2 of `emphasise` gives a whole step",
        ),
        (HELP, r'"added instead"', '"added instead"\nreleased = true', 'name = "added', "the notebook hands out `...`"),
        (HELP, r"\[hints\]", "[hints", "[hints", "not valid TOML"),
        (HELP, r'"coefficient \* previous"', '"coefficients"', 'replace = "coefficients"', "stands 0 times"),
        ("rewritings.py", r"# %% \[markdown\]\n# # matrices.*", "", GRADE_ID, "3 honest rewritings; it needs 4"),
        ("checks.py", r"    def test_coefficients.*", "", GRADE_ID, "1 hidden tests; it needs 2"),
        ("checks.py", r"it is given\.", "it is given", "def test_coefficients", "no sentence in one line"),
        ("checks.py", r"x = rng.standard_normal\(2000\)", "x = = 1", "x = = 1", "This is no Python"),
        ("checks.py", r"voice\[:n_samples\]", "voic[:n_samples]", "voic[:", "Emphasise.visible stops (at line"),
        ("oracles.py", r"import librosa", "import librosa\nprint(no_such)", "no_such", "NameError"),
        (TEXT, r"check, hint, progress", "check, progress", "from course.check", "does not import `hint`"),
        (TEXT, r"(?<=    )previous = ", "first, n = 0, 1\n    previous = ", "first, n =", "`...` can't be unpacked"),
        (TEXT, r"(?<=    )previous = ", "print(1)\n    previous = ", "print(1)", "must assign a named value"),
        (TEXT, r"    ### END SOLUTION\n", "", "def emphasise", "needs pairs of ### BEGIN SOLUTION"),
        (TEXT, r"= amplitudes - coefficient \* previous", r"\g<0>  # released as: 0", GRADE_ID, "hands out a bug"),
        (TEXT, r"sounds = \{", LONG, "# %%", "34 lines of code; 18 are the most"),
        (TEXT, r"Listen", "Listen. " * 300, "# %% [markdown]", "characters; 1600 are the most"),
        (TEXT, r"Listen", "![](vowels.png)", "# %% [markdown]", "no words"),
        (TEXT, r"Listen", '<img src="vowels.png">', "# %% [markdown]", "no words"),
        (TEXT, r"sounds = \{", "import matplotlib.pyplot as plt\nsounds = {", "# %%", "matplotlib"),
        (TEXT, r'"Vowels are loud, hisses are faint\."', '""', "# %%", "`plot.waveform` has no title"),
        (TEXT, r"y\[n\] = x\[n\]", r"\\text{emphasised}[n] = \\text{amplitudes}[n]", r"$$\text{emph", "em wide"),
        (TEXT, r"Both steps", "`np.concatenate([[0],amplitudes])`, both steps", "both steps", "32 characters wide"),
        (ASKED, r'read = "A voice leans[^"]*"', 'read = "A voice"', "why-emphasise", "no heading is called 'A voice'"),
        (ASKED, r'\[\[question\]\]\nid = "write-emphasise".*', "", "# Exam", "7 questions of 5 kinds"),
        (ASKED, r'"-20 \* np', '"20 * np', "lowered-at-zero", "Ask for a number that is not negative"),
        (ASKED, r'"it removes noise"', '"it makes a voice lower"', "why-emphasise", "two choices are equal"),
        (ASKED, r"minutes = 3", "minutes = 99", "write-emphasise", "99 minutes"),
        (ASKED, r"a tone stays", "a a tone stays", "what-is-true", "a word stands there twice: “a a”"),
        (ASKED, r"case = 1", "", "which-fault", "lacks case"),
        (ASKED, r"case = 1", "case = 99", "which-fault", "asks for case 99 of emphasise. Its visible cases"),
        (ASKED, r"(?=the factor is 1 −)", "$e^{-a}$, and ", "lowered-at-zero", "{-a} is no parameter"),
        (ASKED, r'unit = "dB"', 'unit = "levels"', "levels", "no answer is read with the unit 'levels'"),
    ],
)
def test_what_is_missing_or_wrong_is_told_with_its_place(course, name, pattern, replacement, at, says):
    """The line to go to, once for each thing."""
    spoil(course, name, pattern, replacement)
    findings = [each for each in found_in(course) if says in str(each)]
    assert len(findings) == 1, found_in(course)
    assert at in line(findings[0])


def test_too_few_misconceptions_are_counted(course):
    """Those that a question asks for are named first."""
    spoil(
        course, "misconceptions.toml", r'\[\[misconception\]\]\nexercise = "emphasise"\nname = "the sample after".*', ""
    )
    (finding,) = found_in(course)
    assert "asks for the fault 'the sample after'" in finding.says
    spoil(
        course,
        "questions.toml",
        r'faults = \["added instead", "the sample after", "[^"]*"\]',
        'faults = ["added instead"]',
    )
    assert ["2 misconceptions; it needs 3" in each.says for each in found_in(course)].count(True) == 1


@pytest.mark.parametrize(
    ("leak", "where"),
    [
        ("emphasised = amplitudes-coefficient*previous", "11_topic.py"),
        ("emphasised = amplitudes + coefficient * previous", "misconceptions.toml"),
        ("def test_first_sample(self):", "checks.py"),
    ],
)
def test_what_would_tell_the_solution_is_found_in_what_is_handed_out(course, leak, where):
    """A step, a fault's code, a hidden test."""
    (course / "release" / "11_topic" / "notes.md").write_text(leak)
    findings = found_in(course)
    assert {each.path.name for each in findings} == {where}
    assert all("release/11_topic/notes.md" in each.says for each in findings)


@pytest.mark.parametrize(
    ("name", "pattern", "replacement", "stale"),
    [
        (TEXT, "Listen to", "Hear", "release/11_topic/11_topic.ipynb"),
        ("misconceptions.toml", "as long as", "of the length of", "assets/checks/11_topic.npz"),
        ("checks.py", r"\(60, 0.5\)", "(61, 0.5)", "assets/checks/11_topic.npz"),
        ("questions.toml", "good for", "of use for", "assets/questions/11_topic.json"),
    ],
)
def test_what_was_not_built_again_is_stale(course, name, pattern, replacement, stale):
    """Each with the command that builds it."""
    spoil(course, name, pattern, replacement)
    # whether numbers are stale, only cases that are run can tell
    work = looks(Lesson(course / "source" / "11_topic"), course, fast=name != "checks.py")
    (finding,) = [each for look in work for each in look()]
    assert finding.says.startswith(f"{stale} is stale")
    assert finding.way_out == "Run `autograder build 11_topic`."


def test_a_hole_in_the_hidden_tests_is_found(course):
    """A fault that none of them catches, and a test that catches none."""
    cut = "def seen(*three):\n    return [each(three[2])[1:] for each in three[:2]]\n\n\nclass Emphasise"
    spoil(course, "checks.py", "class Emphasise", cut)
    for _ in range(3):
        spoil(
            course,
            "checks.py",
            r"(?<=close\()answer\((x[^\n]*?)\), reference\(\1\)\)\n",
            "*seen(answer, reference, x))\n",
        )
    told = {each.says: line(each) for each in found_in(course, fast=False)}
    assert [at for says, at in told.items() if "catches 'wrapped around'" in says] == ['name = "wrapped around"']
    assert [at.strip() for says, at in told.items() if "test_first_sample" in says] == [
        "def test_first_sample(self, answer, reference, rng):"
    ]


def test_faults_that_look_alike_are_found(course):
    """Whichever of them a student makes, the same would be told."""
    same = NEW_FAULT + 'replace = "amplitudes - coefficient"\nwith = "amplitudes + 1.0 * coefficient"\n'
    spoil(course, "misconceptions.toml", r"\Z", same)
    (finding,) = found_in(course, fast=False)
    assert "'new' gives the same as 'added instead'" in finding.says


def test_a_fault_that_is_told_something_else_is_found(course):
    """Words that it does not have any more."""
    lesson = Lesson(course / "source" / "11_topic")
    bank = make_bank(lesson)
    spoil(course, "misconceptions.toml", "You add the sample before", "You added the sample before")
    changed = Lesson(lesson.folder)
    fault = changed.exercises["emphasise"].misconceptions[0]
    (finding,) = judged.fault_not_named(judged.Bench(changed, bank), fault)
    assert "Whoever makes 'added instead' in `emphasise` is told" in finding.says


def test_an_honest_rewriting_that_is_refused_is_found(course):
    """By the check and by the hidden tests, with what they say."""
    spoil(course, "rewritings.py", r"\[1\.0, -coefficient\]", "[1.0, coefficient]")
    findings = found_in(course, fast=False)
    assert [each.says.partition(" refuse")[0] for each in findings] == ["The check", "The hidden tests"]
    assert all("library primitives" in each.says and line(each).startswith("def emphasise") for each in findings)


def test_a_reference_that_fails_its_own_tests_is_found(course):
    """Before a student finds it."""
    spoil(
        course, "checks.py", r"assert_close\(answer\(x\), reference\(x\)\)", "assert_close(answer(x), 2 * reference(x))"
    )
    assert any(
        "The reference of `emphasise` fails its own hidden tests" in each.says for each in found_in(course, False)
    )


def test_what_stops_an_untouched_notebook_is_found(course):
    """A stub that gives something, and a given cell that can't take what a stub gives."""
    spoil(course, TEXT, r"return emphasised", "return np.array([...]) if emphasised is ... else emphasised")
    spoil(course, TEXT, r"audio\.compare\(\{\"before", 'twice = 2 * (...)\naudio.compare({"before')
    lesson = Lesson(course / "source" / "11_topic")
    build(lesson, load_config(course), course / "assets")
    stops, counts = sorted(untouched.stops_untouched(lesson, course), key=lambda each: "stops" not in each.says)
    assert "TypeError" in stops.says and "twice" in "".join(stops.path.read_text().splitlines()[stops.line :][:3])
    assert "`emphasise` does not give `...`" in counts.says


def test_the_command_ends_with_one_where_there_is_something_to_do(course):
    """A line for each thing, as editors understand it."""
    command = ["lint", "--fast", "--course", str(course)]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, done.output) == (0, "11_topic: nothing to do\n")
    spoil(course, "checks.py", r"it is given\.", "it is given")
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 1
    assert re.search(
        r"^\S*source/11_topic/checks\.py:\d+: The docstring of test_coefficients", told.output, re.MULTILINE
    )
    assert told.output.endswith("11_topic: 1 to do\n")


def test_a_lesson_that_is_not_built_is_told_once(course):
    """With the command that builds it."""
    shutil.rmtree(course / "release")
    shutil.rmtree(course / "assets")
    (finding,) = found_in(course, fast=False)
    assert finding.says.startswith("The lesson is not built") and "autograder build 11_topic" in finding.way_out


@pytest.mark.parametrize(
    ("tex", "pixels"),
    [
        (r"\text{latent} = \text{mean} + \sigma \cdot \text{noise}, \qquad \text{noise} \sim \mathcal N(0, 1)", 363),
        (r"x[n] = \frac{\sum_t w[n - tH]\;\text{frames}[n - tH, t]}{\sum_t w^2[n - tH]}", 308),
        (r"\text{level} = 10 \log_{10} \text{power} = 20 \log_{10} \text{RMS}", 294),
        (r"\text{loss} = \frac12 \sum_{\text{cells}} (\text{target} - \text{output})^2 + \beta D", 291),
        (r"\text{hz} = 700\,(10^{\text{mel} / 2595} - 1)", 189),
    ],
)
def test_a_formula_is_about_as_wide_as_the_browser_draws_it(tex, pixels):
    """Within a tenth of what was measured in JupyterLab, where an em of a formula is 18.08 pixels."""
    assert width(tex) * 18.08 == pytest.approx(pixels, rel=0.1)
