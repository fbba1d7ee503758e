"""Marks: from the hidden tests alone, fair to honest work, silent about hidden inputs."""

import logging
import sys
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograder.folders import CourseNotFound
from autograder.judge import NEVER_ENDS, NOT_RUN, Judge, References
from autograder.sandbox.inside.answers import NotData, answer_call, plain
from autograder.stock import InProcess
from autograder.stock import judge as judge_exercise
from autograder.testing import WrongAnswer, assert_close
from course.check.case import Case
from course.check.verdict import Outcome
from tests.conftest import LESSONS

LESSON = LESSONS["02_stft"]


@pytest.fixture
def judge():
    return Judge(LESSON, "a seed", InProcess(LESSON, {}))


def judged(judge, name, function):
    """What the judge says of a function that is called right here."""
    judge.answers.functions[name] = function
    return judge.judge(name)


def notebook_functions(**writings):
    """The functions of a student who wrote some exercises in another way."""
    return LESSON.run_exercises(writings)


def stubbed(name):
    return f"def {name}(*arguments, **named):\n    return ..."


def test_points_are_the_share_of_hidden_tests_passed(judge):
    """Without `top_db`, two of three tests of to_db pass: two of three points."""
    fault = next(each for each in LESSON.exercises["to_db"].misconceptions if each.name == "no floor below the loudest")
    verdict = judged(judge, "to_db", LESSON.fault(fault))
    assert [test.passed for test in verdict.tests] == [True, True, False]
    assert (verdict.points, verdict.out_of, verdict.outcome) == (2.0, 3.0, Outcome.NOT_YET)


def test_untouched_stub_is_not_attempted_and_earns_nothing(judge):
    """And no hidden test is shown as failed."""
    verdict = judged(judge, "hann", notebook_functions(hann=stubbed("hann"))["hann"])
    assert (verdict.points, verdict.outcome, verdict.tests) == (0.0, Outcome.NOT_ATTEMPTED, ())


def test_one_mistake_does_not_cost_its_marks_twice(judge):
    """A right get_stft on top of a wrong hann earns full marks; afterwards the student's own hann is back."""
    wrong = LESSON.exercises["hann"].source.replace("0.5 - 0.5", "0.5 + 0.5")
    functions = notebook_functions(hann=wrong)
    mine = functions["hann"]
    for name in ("slice_into_frames", "hann", "get_stft", "get_spectrogram"):
        judged(judge, name, functions[name])
    points = {name: verdict.points for name, verdict in judge.verdicts.items()}
    assert points == {"slice_into_frames": 3, "hann": 0, "get_stft": 3, "get_spectrogram": 2}
    assert functions["hann"] is mine


def test_an_earlier_exercise_that_was_never_judged_is_not_held_against_a_later_one(judge):
    """A deleted test cell costs its own points only."""
    functions = notebook_functions(slice_into_frames=stubbed("slice_into_frames"))
    assert judged(judge, "get_stft", functions["get_stft"]).points == 3


def test_hidden_inputs_depend_on_the_seed(judge):
    """Another course, other inputs; the same course, the same."""
    draws = [
        Judge(LESSON, seed, None)._rng("hann", "test").integers(2**60) for seed in ("a seed", "a seed", "another seed")
    ]
    assert draws[0] == draws[1] != draws[2]


def test_the_reference_is_run_once_for_a_class():
    """Its results are kept for inputs that it has seen; whoever spoils a result spoils a copy."""
    references, calls = References(LESSON), []
    kept = references("hann")
    first = kept(8)
    first += 1
    calls.append(kept(8))
    assert calls[0].tolist() == LESSON.reference.hann(8).tolist()
    assert len(references._kept) == 1


def test_a_judge_without_a_course_says_what_is_missing(monkeypatch):
    """nbgrader was started somewhere else."""
    monkeypatch.delenv("RESOUND_COURSE", raising=False)
    with pytest.raises(CourseNotFound, match="RESOUND_COURSE"):
        judge_exercise("a lesson of nowhere", "hann", np.hanning)


def test_prints_and_warnings_do_not_reach_the_test_cell(judge, capfd):
    """nbgrader takes anything on stderr for a failure."""
    noisy = (
        "def hann(window_length):\n"
        "    import sys, warnings\n"
        "    print('out'); print('err', file=sys.stderr); warnings.warn('careful')\n"
        "    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_length) / window_length)\n"
    )
    assert judged(judge, "hann", notebook_functions(hann=noisy)["hann"]).points == 2
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "body",
    ["return None", "return 'text'", "return [[1], [2, 3]]", "return object()", "raise ValueError('no')", "sys.exit(1)",
     "return lambda: 1", "return (x for x in [1])", "return {1: 2}", "raise KeyError", "return np.array([None])"],
)  # fmt: skip
def test_rubbish_earns_nothing_and_stops_nothing(judge, body):
    """Whatever a function returns or raises, there is a verdict with a reason."""
    rubbish = f"import sys\ndef hann(window_length):\n    {body}\n"
    verdict = judged(judge, "hann", notebook_functions(hann=rubbish)["hann"])
    assert (verdict.points, verdict.outcome) == (0.0, Outcome.NOT_YET)
    assert verdict.says and all(test.why_not for test in verdict.tests)


def test_words_on_hidden_tests_show_no_hidden_number(judge):
    """Neither sizes nor values: a failed test says what kind of difference it met, and nothing else."""
    for exercise in LESSON.exercises.values():
        for fault in exercise.misconceptions:
            tests = judged(judge, exercise.name, LESSON.fault(fault)).tests
            assert not any(character.isdigit() for test in tests for character in test.why_not)


def test_words_on_an_exception_in_a_hidden_test_show_no_number(judge):
    """A student who raises what they were given learns nothing by it."""
    tells = "def hann(window_length):\n    raise ValueError(f'given {window_length}')\n"
    verdict = judged(judge, "hann", notebook_functions(hann=tells)["hann"])
    assert [test.why_not for test in verdict.tests] == [
        "Not what is expected: your code stops with a `ValueError`."
    ] * 2


def earned(judge, source, name="hann"):
    return judged(judge, name, notebook_functions(**{name: source})[name])


def test_logging_displaying_and_drawing_stay_out_of_the_test_cell(judge, capfd):
    """A log on stderr would cost the mark; a picture of a hidden input would tell it."""
    noisy = (
        "def hann(window_length):\n"
        "    import logging; import matplotlib.pyplot as plt\n"
        "    from IPython.display import display\n"
        "    logging.getLogger().warning(window_length); display(window_length); plt.plot([window_length])\n"
        "    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_length) / window_length)\n"
    )
    handler = logging.StreamHandler(sys.stderr)
    logging.getLogger().addHandler(handler)
    try:
        assert earned(judge, noisy).points == 2
    finally:
        logging.getLogger().removeHandler(handler)
    assert capfd.readouterr() == ("", "")
    assert plt.get_fignums() == []
    assert logging.getLogger().isEnabledFor(logging.WARNING)


def test_a_loop_that_ends_in_no_hidden_test_loses_those_tests_only(judge):
    """nbgrader interrupts it: what passed before counts, what comes after is not run, and nothing of ours is shown."""
    stops = (
        "def hann(window_length):\n"
        "    if window_length % 2 and window_length > 9:\n"
        "        raise KeyboardInterrupt\n"
        "    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_length) / window_length)\n"
    )
    verdict = earned(judge, stops)
    assert (verdict.points, verdict.outcome) == (1.0, Outcome.NOT_YET)
    assert [test.passed for test in verdict.tests] == [True, False]
    assert "did not finish in time" in verdict.tests[1].why_not


def test_a_loop_that_never_ends_earns_nothing_and_is_told(judge):
    """One test is waited for; the others are left alone, and so is the student's own check."""
    verdict = earned(judge, "def hann(window_length):\n    raise KeyboardInterrupt\n")
    assert verdict.points == 0
    assert [test.why_not for test in verdict.tests] == [NEVER_ENDS, NOT_RUN]
    assert "did not finish in time" in verdict.says[0]


def test_a_right_answer_is_not_asked_for_words(judge, monkeypatch):
    """The student's own check is run only where something is to be said."""
    asked = []
    diagnose = InProcess.diagnose
    monkeypatch.setattr(InProcess, "diagnose", lambda self, *what: asked.append(what[1]) or diagnose(self, *what))
    functions = notebook_functions(hann=LESSON.exercises["hann"].source.replace("0.5 - 0.5", "0.5 + 0.5"))
    for name in ("slice_into_frames", "hann", "get_stft"):
        judged(judge, name, functions[name])
    assert asked == ["hann"]


def test_an_own_check_that_never_ends_costs_words_not_marks(judge):
    """What the hidden tests gave stays."""
    stops = (
        "def hann(window_length):\n"
        "    if window_length in (8, 9, 512):\n"
        "        raise KeyboardInterrupt\n"
        "    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_length) / (window_length - window_length % 2))\n"
    )
    verdict = earned(judge, stops)
    assert (verdict.points, verdict.says) == (1.0, (NEVER_ENDS,))


def test_an_earlier_function_that_does_not_even_exist_is_stood_in_for(judge):
    """Its cell had a syntax error; get_stft is none the worse, and the name is gone again afterwards."""
    functions = notebook_functions()
    namespace = functions["get_stft"].__globals__
    del namespace["hann"]
    assert judged(judge, "get_stft", functions["get_stft"]).points == 3
    assert "hann" not in namespace


def test_names_of_a_students_own_classes_tell_nothing(judge):
    """An exception, or a result, could carry what it was given in its name."""
    for tells in (
        "raise type(f'Given{window_length}', (Exception,), {})()",
        "return type(f'Given{window_length}', (), {})()",
    ):
        verdict = earned(judge, f"def hann(window_length):\n    {tells}\n")
        assert not any("Given" in test.why_not for test in verdict.tests)


def test_what_passes_the_own_check_passes_the_judge(judge):
    """One rule for what counts as numbers."""
    buffer = (
        "def hann(window_length):\n"
        "    import array\n"
        "    return array.array('d', np.sin(np.pi * np.arange(window_length) / window_length) ** 2)\n"
    )
    assert earned(judge, buffer).points == 2


def test_what_was_to_be_built_earns_nothing_and_is_told(judge):
    """Right, but somebody else's: no point, and the name of what was called."""
    verdict = earned(judge, "def hann(window_length):\n    return np.hanning(window_length + 1)[:-1]\n")
    assert (verdict.points, verdict.outcome) == (0.0, Outcome.NOT_YET)
    assert "`numpy.hanning`" in verdict.says[0] and "build that yourself" in verdict.says[0]
    assert all(test.passed for test in verdict.tests)


def test_what_stands_in_the_text_earns_nothing_either(judge):
    """A table made before the first call is seen by nobody who watches calls."""
    judge.answers.functions["hann"] = LESSON.reference.hann
    assert judge.judge("hann", frozenset({"numpy.hanning"})).points == 0


def test_an_answer_gets_copies():
    """A function that spoils its argument does not spoil the test's."""
    given = np.ones(3)

    def spoils(x):
        x += 1
        return x

    answer = answer_call(spoils, {}, Case((given,)), {}, ())
    assert answer["kind"] == "an argument is changed in place"
    assert given.tolist() == [1, 1, 1]


def test_plain_data_passes_and_loses_its_class():
    """Arrays come out as arrays, whatever subclass they were."""

    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

    out = plain({"a": [1, (2.5, "x")], "b": np.ones(2).view(Liar), "c": np.float32(3)})
    assert type(out["b"]) is np.ndarray
    assert out["a"] == [1, (2.5, "x")]
    assert out["c"] == 3


@pytest.mark.parametrize("value", [..., object(), print, {"a": object()}, [lambda: 1], np.array([object()])])
def test_what_is_no_data_is_refused(value):
    """Nothing that could run code gets through."""
    with pytest.raises(NotData):
        plain(value)


def test_assert_close_accepts_float32_and_refuses_float16():
    """Single precision is honest work; half precision is not enough for sound."""
    x = np.linspace(-1, 1, 999)
    assert_close(x.astype(np.float32), x)
    with pytest.raises(WrongAnswer):
        assert_close(x.astype(np.float16), x)


def test_hidden_tests_run_in_the_order_of_the_file():
    """As the author wrote them."""
    names = [test.__name__ for test in LESSON.hidden_tests("to_db")]
    assert names == ["test_ratio", "test_silence", "test_floor"]


def test_judging_leaves_warning_filters_and_streams_as_they_were(judge):
    """The student's next cells behave as before."""
    before = warnings.filters[:], sys.stdout, sys.stderr
    judged(judge, "hann", LESSON.reference.hann)
    assert (warnings.filters[:], sys.stdout, sys.stderr) == before
