"""begin, check, hint and progress, as a student calls them in a notebook."""

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbclient import NotebookClient
from traitlets.config import Config

from course.check import session
from course.check.bank import BankError, load_bank
from course.check.verdict import Outcome

LESSON = "02_stft"
BANK = load_bank(LESSON)
IMPORTS = "import numpy as np\nfrom course.check import begin, check, hint, progress"
HANN = """
def hann(window_length):
    cycle = np.arange(window_length) / window_length
    window = 0.5 - 0.5 * np.cos(2 * np.pi * cycle)
    return window
"""
HANN_STUB = """
def hann(window_length):
    cycle = ...  # <YOUR CODE>
    window = ...  # <YOUR CODE>
    return window
"""


class Notebook:
    """A shell as a kernel has it; each cell gives back what it displays."""

    def __init__(self, shell):
        self.shell = shell
        self.result = None

    def run(self, source):
        """Run a cell: (plain text, HTML) of what it shows; an error in the cell is an error here."""
        with capture_output() as captured:
            ran = self.shell.run_cell(source, store_history=True)
        ran.raise_error()
        self.result = ran.result
        data = [output.data for output in captured.outputs]
        return "\n".join(each["text/plain"] for each in data), "\n".join(each.get("text/html", "") for each in data)


@pytest.fixture
def unopened(monkeypatch):
    """A notebook in which nobody has begun."""
    monkeypatch.setattr(session, "_session", None)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    config = Config()
    config.HistoryManager.enabled = False
    InteractiveShell.clear_instance()
    notebook = Notebook(InteractiveShell.instance(config=config))
    notebook.run(IMPORTS)
    yield notebook
    InteractiveShell.clear_instance()


@pytest.fixture
def notebook(unopened):
    """A notebook with the lesson open."""
    unopened.run(f"begin({LESSON!r})")
    return unopened


@pytest.mark.parametrize("call", ["check(np.hanning)", "hint(np.hanning)", "progress()", "check('hann')"])
def test_before_begin_every_call_says_what_to_do(unopened, call):
    """Run the first cell: somebody opened the notebook and began in its middle."""
    text, html = unopened.run(call)
    assert "No lesson is open" in text and "cells at the top" in text and "begin(" in html


def test_begin_tells_the_lesson_its_exercises_and_points(unopened):
    """And the three calls."""
    text, html = unopened.run(f"begin({LESSON!r})")
    points = sum(exercise.points for exercise in BANK.exercises.values())
    for told in (BANK.title, f"{len(BANK.exercises)} exercises", f"{points:g} points", "check(", "hint(", "progress("):
        assert told in text
    assert BANK.title in html


def test_begin_of_an_unknown_lesson_lists_the_lessons(unopened):
    """And leaves no lesson half open."""
    with pytest.raises(BankError, match=f"'2_stft'.*{LESSON}"):
        unopened.run("begin('2_stft')")
    assert "No lesson is open" in unopened.run("progress()")[0]


def test_check_shows_the_outcome_and_returns_nothing(notebook):
    """One card, and no `None` or number below it."""
    notebook.run(HANN)
    text, html = notebook.run("check(hann)")
    assert "`hann`: passed. 2 points." in text and "<code>hann</code>" in html
    assert notebook.result is None


def test_check_follows_the_cell_as_it_is_now(notebook):
    """Not attempted, partly filled, wrong, passed, in the same kernel."""
    told = []
    for source in (
        HANN_STUB,
        HANN.replace("0.5 - 0.5 * np.cos(2 * np.pi * cycle)", "..."),
        HANN.replace("/ window_length", "/ (window_length - 1)"),
        HANN,
    ):
        notebook.run(source)
        told.append(notebook.run("check(hann)")[0])
    assert Outcome.NOT_ATTEMPTED.word in told[0]
    assert Outcome.NOT_YET.word in told[1] and "One step still to fill in: `window`" in told[1]
    assert Outcome.NOT_YET.word in told[2] and "symmetric" in told[2]
    assert Outcome.PASSED.word in told[3]


def test_an_exception_is_told_with_the_line_of_the_cell(notebook):
    """Lines of cells can be looked up."""
    notebook.run(HANN.replace("np.cos", "np.cosine"))
    text, _ = notebook.run("check(hann)")
    assert "`AttributeError`" in text and "np.cosine(2 * np.pi * cycle)`" in text


@pytest.mark.parametrize(
    "call", ["check(hann(8))", "check('hann')", "check(None)", "check(...)", "hint(3)", "hint([])"]
)
def test_what_is_no_function_is_refused_with_the_right_call(notebook, call):
    """Without calling it and without quotation marks; all exercises are named."""
    notebook.run(HANN)
    text, _ = notebook.run(call)
    assert "Hand over the function itself" in text
    assert all(f"`{name}`" in text for name in BANK.exercises)


@pytest.mark.parametrize("call", ["check(np.hanning)", "check(lambda n: np.hanning(n))", "hint(print)", "check(dict)"])
def test_a_function_that_is_no_exercise_is_told_so(notebook, call):
    """With the exercises that there are."""
    text, _ = notebook.run(call)
    assert "is not an exercise of this lesson" in text
    assert all(f"`{name}`" in text for name in BANK.exercises)


def test_a_cell_with_a_syntax_error_is_noticed(notebook):
    """What is defined is the answer from before: neither praised nor blamed for the new cell."""
    notebook.run(HANN + "check(hann)")
    with pytest.raises(SyntaxError):
        notebook.run(HANN.replace("np.arange(window_length)", "np.arange(window_length"))
    text, _ = notebook.run("check(hann)")
    assert "did not run" in text and "passed" not in text
    assert "was never closed, in line" in text
    text, _ = notebook.run("progress()")
    assert "hann` not yet right" in text
    notebook.run(HANN)
    assert "passed" in notebook.run("check(hann)")[0]


def test_a_cell_that_stopped_before_its_definition_is_noticed(notebook):
    """The older answer is not praised in its place; a lambda that mends it is looked at."""
    notebook.run(HANN)
    with pytest.raises(NameError):
        notebook.run("undefined_name\n" + HANN.replace("0.5 - 0.5", "0.5 + 0.5"))
    assert "stopped with an error before the definition" in notebook.run("check(hann)")[0]
    notebook.run("hann = lambda n: np.sin(np.pi * np.arange(n) / n) ** 2")
    assert "passed" in notebook.run("check(hann)")[0]
    notebook.run(
        "def make():\n    def inner(n):\n        return np.sin(np.pi * np.arange(n) / n) ** 2\n    return inner"
    )
    notebook.run("hann = make()")
    assert "passed" in notebook.run("check(hann)")[0]


def test_an_interrupted_check_says_what_was_stopped(notebook):
    """No traceback of ours; `progress` names the function, too."""
    notebook.run("def hann(window_length):\n    raise KeyboardInterrupt")
    for call in ("check(hann)", "progress()"):
        text, _ = notebook.run(call)
        assert "You stopped `hann`" in text and "Does its loop ever end?" in text


def test_a_lambda_under_the_name_of_an_exercise_is_that_exercise(notebook):
    """`hann = lambda n: …` is a function like any other."""
    text, _ = notebook.run("hann = lambda n: np.sin(np.pi * np.arange(n) / n) ** 2\ncheck(hann)")
    assert "passed" in text


def test_hints_come_one_after_another_and_begin_again(notebook):
    """Each exercise counts its own; `begin` starts over."""
    notebook.run(HANN + HANN_STUB.replace("hann", "get_stft"))
    hints = BANK.exercises["hann"].hints
    for index in [*range(len(hints)), 0]:
        text, _ = notebook.run("hint(hann)")
        assert f"Hint {index + 1} of {len(hints)}" in text and hints[index] in text
        if index == 0:
            assert BANK.exercises["get_stft"].hints[0] in notebook.run("begin('02_stft'); hint(get_stft)")[0]
            assert hints[0] in notebook.run("hint(hann)")[0]


def test_progress_shows_the_present_state(notebook):
    """Of functions not defined yet, stubs, right ones, and ones that were broken again."""
    row = "{} `hann` {}, {} of 2"
    assert row.format(Outcome.NOT_ATTEMPTED.icon, Outcome.NOT_ATTEMPTED.word, 0) in notebook.run("progress()")[0]
    for source, outcome, points in (
        (HANN_STUB, Outcome.NOT_ATTEMPTED, 0),
        (HANN, Outcome.PASSED, 2),
        (HANN.replace("0.5 -", "0.5 +"), Outcome.NOT_YET, 0),
        ("hann = 3", Outcome.NOT_ATTEMPTED, 0),
    ):
        notebook.run(source)
        text, html = notebook.run("progress()")
        assert row.format(outcome.icon, outcome.word, points) in text
        assert f"{points} of 15 points" in text and all(name in html for name in BANK.exercises)


def test_checking_needs_no_other_cell_to_be_right(notebook):
    """`hann` passes whatever the exercise before it does."""
    notebook.run(HANN + "\ndef slice_into_frames(*arguments):\n    raise ValueError\n")
    assert Outcome.PASSED.word in notebook.run("check(hann)")[0]


@pytest.fixture(scope="module")
def graded(course_folder, tmp_path_factory):
    """The outputs of a notebook that nbgrader grades, in a kernel of its own: its cells, one by one."""
    cells = [
        f"{IMPORTS}\nimport sys\nbegin({LESSON!r})",
        HANN,
        "check(hann)",
        HANN.replace("/ window_length", "/ (window_length - 1)"),
        "check(hann)",
        HANN_STUB,
        "check(hann)",
        "check('hann')",
        "'autograder.judge' in sys.modules",
        "hann = np.hanning(8)",
        "check(hann)",
        "from course.check import session; session._session = None; check(np.hanning)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    folder = tmp_path_factory.mktemp("graded")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NBGRADER_EXECUTION", "autograde")
        environment.setenv("RESOUND_COURSE", str(course_folder))
        environment.setenv("PYTHONPATH", str(course_folder))
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    return [cell.outputs for cell in notebook.cells]


def result_of(outputs):
    """What nbgrader reads the points from: the result of the cell, in plain text."""
    return [output.data["text/plain"] for output in outputs if output.output_type == "execute_result"]


def card_of(outputs):
    (card,) = [output.data for output in outputs if output.output_type == "display_data"]
    return card["text/plain"]


@pytest.mark.parametrize("cell, points", [(2, "2.0"), (6, "0.0")])
def test_under_grading_the_judges_points_are_the_result_of_the_cell(graded, cell, points):
    """A number that nbgrader can read, all for a right answer and none for a stub."""
    assert result_of(graded[cell]) == [points]


def test_under_grading_a_wrong_answer_earns_less_and_is_told_why(graded):
    """The hidden tests count, and the misconception is named; no picture shows an expected value."""
    assert 0 <= float(*result_of(graded[4])) < 2
    assert "hidden tests" in card_of(graded[4]) and "symmetric" in card_of(graded[4])
    assert "<img" not in str(graded[4])


def test_under_grading_the_card_says_what_the_tests_said(graded):
    """Passed by all hidden tests; a stub is not attempted."""
    assert "`hann`: passed." in card_of(graded[2]) and "hidden tests, 2 of 2 points" in card_of(graded[2])
    assert Outcome.NOT_ATTEMPTED.word in card_of(graded[6])


def test_under_grading_a_call_that_answers_nothing_earns_nothing(graded):
    """A text, an array under the name of a function, no lesson open: nbgrader would give full points for no result."""
    assert result_of(graded[7]) == ["0.0"] and "Hand over the function itself" in card_of(graded[7])
    assert result_of(graded[10]) == ["0.0"] and "Hand over the function itself" in card_of(graded[10])
    assert result_of(graded[11]) == ["0.0"] and "No lesson is open" in card_of(graded[11])


def test_the_judge_is_loaded_for_grading_only(graded, notebook):
    """A student's kernel never imports it: the course works where `autograder` is not."""
    assert result_of(graded[8]) == ["True"]
    notebook.run(HANN)
    assert "hidden tests" not in notebook.run("check(hann)")[0]
