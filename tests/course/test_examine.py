"""A student's own check: the outcome, and the most telling thing that can be said of a wrong answer."""

from textwrap import dedent

import numpy as np
import pytest

from course.check.bank import Bank, BankExercise, KnownFault
from course.check.case import Axis, Case
from course.check.cells import digest_of_source
from course.check.examine import examine
from course.check.show import verdict_card
from course.check.verdict import Outcome

RAMP = """
def ramp(n):
    steps = np.arange(n)
    values = steps / n
    return values
"""
STUB = """
def ramp(n):
    steps = ...  # <YOUR CODE>
    values = ...  # <YOUR CODE>
    return values
"""
WEIGHTED = """
def weighted(x):
    weights = ramp(len(x))
    result = x[:, None] * weights
    return result
"""
PEAK = """
def peak(x, start):
    peak = np.max(x[start:])
    return peak
"""
PEAK_RELEASED = PEAK.replace("np.max(x", "np.mean(x")
BIN, FRAME = Axis("bin", 100.0, "Hz"), Axis("frame", 0.5, "s")


def noise(length, seed=1):
    return np.random.default_rng(seed).normal(size=length)


def ramp(n):
    return np.arange(n) / n


def ramp_by(divide):
    """What a faulty ramp gives in both cases of its exercise."""
    return tuple(np.arange(n) / divide(n) for n in (9, 8))


def make_bank():
    """Three exercises; the second calls the first, the third hands out a bug."""
    signals = noise(12), noise(7, seed=2)
    faults = (
        KnownFault("to the end", "Yours reaches 1.", ramp_by(lambda n: n - 1)),
        KnownFault("divided by nine", "Do not divide by 9.", ramp_by(lambda n: 9 + (n == 9))),
        KnownFault("even only", "Odd lengths count, too.", (np.arange(9) % 2 / 9, None)),
    )
    exercises = [
        BankExercise("ramp", 2.0, ("steps", "values"), (), (Case.of(9), Case.of(8)), (ramp(9), ramp(8)), faults),
        BankExercise(
            "weighted",
            3.0,
            ("weights", "result"),
            (),
            tuple(Case.of(x, axes=(BIN, FRAME)) for x in signals),
            tuple(x[:, None] * ramp(len(x)) for x in signals),
            (KnownFault("transposed", "Yours is on its side.", tuple(np.outer(ramp(len(x)), x) for x in signals)),),
        ),
        BankExercise(
            "peak",
            1.0,
            ("peak",),
            (),
            tuple(Case.of(x, start=2) for x in signals),
            tuple(x[2:].max() for x in signals),
            (KnownFault("as found", "The mean is not the peak.", tuple(x[2:].mean() for x in signals), released=True),),
            handed_out=digest_of_source(PEAK_RELEASED),
        ),
    ]
    return Bank("97_example", "Example", {exercise.name: exercise for exercise in exercises})


BANK = make_bank()


@pytest.fixture
def look(tmp_path):
    """Runs a cell, and checks one of its functions as a kernel would."""

    def run(name, source, **more):
        path = tmp_path / "cell.py"
        path.write_text(dedent(source), encoding="utf-8")
        namespace = {"np": np, **more}
        exec(compile(dedent(source), str(path), "exec"), namespace)
        return examine(BANK, BANK.exercises[name], namespace[name])

    return run


def words(verdict):
    return " ".join(verdict.says)


@pytest.mark.parametrize("name, points", [("ramp", 2.0), ("weighted", 3.0), ("peak", 1.0)])
def test_right_answers_earn_all_points_and_no_remark(look, name, points):
    """Also where they build on each other."""
    verdict = look(name, RAMP + WEIGHTED + PEAK)
    assert (verdict.outcome, verdict.points, verdict.out_of) == (Outcome.PASSED, points, points)
    assert verdict.says == () and verdict.misconception is None and verdict.mismatch is None


@pytest.mark.parametrize("name", ["ramp", "weighted", "peak"])
def test_what_is_not_right_earns_nothing_and_is_told(look, name):
    """No points and at least one sentence, whether a stub or wrong."""
    wrong = (RAMP + WEIGHTED + PEAK).replace("return ", "return 0.1 + ")
    for source in (STUB + WEIGHTED + PEAK_RELEASED, wrong):
        verdict = look(name, source)
        assert verdict.outcome is not Outcome.PASSED and verdict.points == 0
        assert verdict.out_of == BANK.exercises[name].points and words(verdict)


def test_an_untouched_stub_is_not_attempted(look):
    """And is told what to do, with the number of steps."""
    verdict = look("ramp", STUB)
    assert verdict.outcome is Outcome.NOT_ATTEMPTED
    assert "two steps" in words(verdict)


@pytest.mark.parametrize(
    "done, returned, still_open",
    [
        ("steps = np.arange(n)", "values", "values"),
        ("steps = np.arange(n)", "1 + values", "values"),
        ("values = steps / n", "values", "steps"),
        ("values = -np.arange(n)", "values", "steps"),
    ],
)
def test_a_partly_filled_stub_names_the_open_step(look, done, returned, still_open):
    """Only the open one, whether the call gives `...`, raises, or gives numbers."""
    stub = STUB.replace(f"{done.split()[0]} = ...  # <YOUR CODE>", done).replace("return values", f"return {returned}")
    verdict = look("ramp", stub)
    assert verdict.outcome is Outcome.NOT_YET
    assert verdict.says == (f"One step still to fill in: `{still_open}`.",)


def test_a_step_of_ones_own_is_not_counted(look):
    """Only the exercise's own names are steps."""
    verdict = look("ramp", RAMP.replace("/ n", "* n").replace("return", "note = ...\n    return"))
    assert "still to fill in" not in words(verdict)


def test_a_released_bug_that_is_still_in_is_not_attempted(look):
    """Comments apart; what the bug is, is not given away."""
    for source in (PEAK_RELEASED, PEAK_RELEASED.replace("peak = ", "# hm\n    peak = ")):
        verdict = look("peak", source)
        assert verdict.outcome is Outcome.NOT_ATTEMPTED and verdict.misconception is None
        assert "mean" not in words(verdict)


def test_a_change_that_leaves_the_bug_in_is_an_attempt(look):
    """Not "still as you found it": it is told that nothing has changed, and why."""
    verdict = look("peak", "def peak(x, start):\n    return sum(x[start:]) / len(x[start:])\n")
    assert (verdict.outcome, verdict.misconception) == (Outcome.NOT_YET, "as found")
    assert "leaves every result as it was" in words(verdict) and "The mean is not the peak." in words(verdict)


def test_another_bug_in_its_place_is_not_yet_right(look):
    """Somebody has tried."""
    assert look("peak", PEAK.replace("max", "min")).outcome is Outcome.NOT_YET


def test_an_exercise_waits_for_an_earlier_one_that_it_calls(look):
    """Filled in, but on top of a stub, or of one half done: nothing can be said yet, and nothing red is."""
    for stub in (STUB, STUB.replace("steps = ...", "steps = np.arange(n)")):
        verdict = look("weighted", stub + WEIGHTED)
        assert verdict.outcome is Outcome.NOT_ATTEMPTED
        assert "calls `ramp`, which is not done yet" in words(verdict) and "TypeError" not in words(verdict)


def test_a_name_that_is_gone_after_a_restart_is_told_with_the_way_out(look):
    """Run the cell of that exercise."""
    assert "After a restart, run the cell of `ramp` first" in words(look("weighted", WEIGHTED))


def test_the_call_that_went_wrong_is_shown(look):
    """With what came out right before: an odd length, perhaps."""
    verdict = look("ramp", RAMP.replace("/ n", "/ (n + (n == 8) * 0.3)"))
    assert "The call was `ramp(8)`; the call before it came out right." in verdict.says


def test_a_wrong_earlier_exercise_is_told_first(look):
    """The later one may well be fine; the earlier one is named."""
    verdict = look("weighted", RAMP.replace("/ n", "/ (n + 0.3)") + WEIGHTED)
    assert verdict.outcome is Outcome.NOT_YET
    assert "calls `ramp`, which is not right yet" in verdict.says[0] and len(verdict.says) > 1


def test_an_exercise_that_does_not_call_the_wrong_one_is_judged_alone(look):
    """A wrong `ramp` is no excuse for what never uses it, and no obstacle."""
    own = "def weighted(x):\n    return x[:, None] * np.arange(len(x)) / len(x)\n"
    assert look("weighted", RAMP.replace("/ n", "* n") + own).outcome is Outcome.PASSED
    wrong = look("weighted", RAMP.replace("/ n", "* n") + own.replace("/ len", "- len"))
    assert "`ramp`" not in words(wrong)


def test_a_known_misconception_is_recognised(look):
    """Its name for the report, its words for the student, a picture of the difference."""
    verdict = look("ramp", RAMP.replace("/ n", "/ (n - 1)"))
    assert (verdict.outcome, verdict.misconception) == (Outcome.NOT_YET, "to the end")
    assert verdict.says == ("Yours reaches 1.",)
    np.testing.assert_allclose(verdict.mismatch.actual, np.arange(9) / 8)
    np.testing.assert_allclose(verdict.mismatch.expected, np.arange(9) / 9)


def test_a_misconception_comes_before_the_relation(look):
    """That the result is transposed is known here by better words."""
    verdict = look("weighted", RAMP + WEIGHTED.replace("return result", "return result.T"))
    assert verdict.says == ("Yours is on its side.",)


def test_a_misconception_must_match_in_all_cases(look):
    """Dividing by 10, then by 8: like "divided by nine" in the first case only."""
    verdict = look("ramp", RAMP.replace("/ n", "/ (10 if n == 9 else 7)"))
    assert verdict.outcome is Outcome.NOT_YET and verdict.misconception is None
    assert "Do not divide by 9." not in verdict.says


def test_a_fault_that_raises_in_one_case_is_recognised_by_it(look):
    """It must raise there; giving a number there is another mistake."""
    source = "def ramp(n):\n    if n == 8:\n        {}\n    return np.arange(n) % 2 / n\n"
    assert look("ramp", source.format("raise ValueError")).misconception == "even only"
    assert look("ramp", source.format("return np.arange(n) % 2 / n")).misconception is None


def test_the_values_of_a_fault_are_matched_up_to_rounding(look):
    """A misconception computed in single precision is the same."""
    source = RAMP.replace("/ n", "/ np.float32(n - 1)").replace("np.arange(n)", "np.arange(n, dtype=np.float32)")
    assert look("ramp", source).misconception == "to the end"


def test_a_wrong_second_case_is_explained_from_that_case(look):
    """What is right in the first example may be wrong in the next."""
    verdict = look("ramp", "def ramp(n):\n    return np.arange(n) / n * (1 if n == 9 else 3)\n")
    assert "times 3" in words(verdict)
    assert len(verdict.mismatch.expected) == 8


def test_a_relation_is_explained(look):
    """A factor that is an argument goes by its name."""
    assert "`n`" in words(look("ramp", RAMP.replace("/ n", "* 1")))
    assert "opposite sign" in words(look("weighted", RAMP + WEIGHTED.replace("return ", "return -")))


def test_a_difference_that_nothing_explains_is_placed_in_the_axes(look):
    """Bin and hertz, frame and seconds."""
    changed = WEIGHTED.replace("return", "result[3, 4] += 9\n    return")
    assert "bin 3 (300 Hz), frame 4 (2 s)" in words(look("weighted", RAMP + changed))


def test_an_exception_is_told_with_its_line_and_its_call(look):
    """What was raised, where, and with which arguments."""
    verdict = look("peak", PEAK.replace("np.max", "maximum"))
    assert "`NameError`" in verdict.says[0] and "`peak = maximum(x[start:])`" in verdict.says[0]
    assert verdict.says[1] == "The call was `peak(array[12], start=2)`."


def test_changing_an_argument_is_not_yet_right(look):
    """Although the result is right: the next cell would see another signal."""
    verdict = look("peak", "def peak(x, start):\n    x.sort()\n    return x[start:].max()\n")
    assert verdict.outcome is Outcome.NOT_YET and "argument `x` in place" in words(verdict)


def test_checking_leaves_the_bank_as_it_was(look):
    """What one call spoils does not reach the next."""
    look("peak", "def peak(x, start):\n    x[:] = 0\n    return 0\n")
    np.testing.assert_array_equal(BANK.exercises["peak"].cases[0].positional[0], noise(12))


RUBBISH = {
    "nothing": "None",
    "text": "'text'",
    "ragged": "[[1], [2, 3]]",
    "an object": "object()",
    "a function": "print",
    "a generator": "(x for x in 'ab')",
    "a matrix": "np.asmatrix(np.ones((3, 9)))",
    "masked": "np.ma.masked_array(np.ones(9), np.arange(9) > 3)",
    "objects": "np.array([None] * 9)",
    "dates": "np.zeros(9, 'M8[s]')",
    "empty": "[]",
    "seven axes": "np.ones((1,) * 7)",
    "NaN": "np.full(9, np.nan)",
    "huge": "np.full(9, 1e300)",
    "a huge integer": "10**400",
    "half precision": "np.linspace(0, 1, 9).astype(np.float16) / 3",
    "unsigned": "np.full(9, 255, np.uint8)",
    "complex": "np.full(9, 1j)",
    "truth": "np.ones(9, bool)",
    "a dict": "{'a': 1}",
    "itself": "ramp",
    "a tuple of both": "(np.ones(9), 9)",
    "200 MB": "np.zeros(25_000_000)",
    "an exception": "ValueError('returned, not raised')",
}


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("kind", RUBBISH)
def test_whatever_is_returned_is_answered(look, kind):
    """Never an error in place of a verdict: not yet right, and why, and it can be shown."""
    verdict = look("ramp", f"def ramp(n):\n    return {RUBBISH[kind]}\n")
    assert (verdict.outcome, verdict.points, verdict.misconception) == (Outcome.NOT_YET, 0, None)
    assert all(len(says) > 20 for says in verdict.says) and verdict.says
    assert "not yet right" in verdict_card(verdict)._repr_html_()
