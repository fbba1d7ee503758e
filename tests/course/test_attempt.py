"""Calling a student's function: what it raises, what it changes, and which steps are still open."""

from textwrap import dedent

import numpy as np
import pytest

from course.check.attempt import attempt, called_names, describe_error, open_steps
from course.check.case import Case

CASE = Case.of(np.arange(4.0), 2)


@pytest.fixture
def notebook(tmp_path):
    """Runs cells one after another in one namespace; their lines can be looked up, as in a kernel."""
    namespace = {"np": np, "__name__": "__main__"}

    def run(source):
        path = tmp_path / f"cell_{len(list(tmp_path.iterdir()))}.py"
        path.write_text(dedent(source), encoding="utf-8")
        exec(compile(dedent(source), str(path), "exec"), namespace)
        return namespace

    return run


def outcome(notebook, body, case=CASE):
    """What comes of calling a function `f(x, n)` with this body."""
    lines = "\n".join(f"    {line}" for line in dedent(body).strip().splitlines())
    return attempt(notebook(f"def f(x, n):\n{lines}\n")["f"], case)


def test_a_result_is_handed_on(notebook):
    """The very values, and no problem."""
    attempted = outcome(notebook, "return x * n")
    np.testing.assert_array_equal(attempted.result, [0, 2, 4, 6])
    assert attempted.problem == "" and not attempted.met_stub


RAISING = {
    "a typing error": ("y = x + 1\nreturn wnidow * y", "a `NameError`", "return wnidow * y"),
    "an index": ("return x[7]", "an `IndexError`", "return x[7]"),
    "shapes": ("return x + np.ones(3)", "a `ValueError`", "return x + np.ones(3)"),
    "a check of their own": ("assert n == 3, 'n is not 3'", "an `AssertionError`: n is not 3", "assert n == 3"),
    "leaving": ("raise SystemExit(1)", "a `SystemExit`", "raise SystemExit(1)"),
    "endless recursion": ("return f(x, n)", "a `RecursionError`", "return f(x, n)"),
    "inside a library": ("return np.fft.rfft(x, n=0)", "a `ValueError`", "return np.fft.rfft(x, n=0)"),
    "indented deeply": ("for i in range(2):\n    if i:\n        x / q", "a `NameError`", "`x / q`"),
}


@pytest.mark.parametrize("kind", RAISING)
def test_an_exception_is_told_with_the_students_own_line(notebook, kind):
    """Its kind, what it says, and where the student wrote it: never a line of a library."""
    body, name, line = RAISING[kind]
    attempted = outcome(notebook, body)
    assert attempted.result is None
    assert f"Your code stops with {name}" in attempted.problem
    assert "It happens in the line `" in attempted.problem and line in attempted.problem


def test_the_line_of_a_helper_is_told(notebook):
    """The deepest line that the student wrote, across cells; not the one that calls the helper."""
    notebook("def helper(x):\n    return x / missing\n")
    problem = outcome(notebook, "return helper(x)").problem
    assert "`return x / missing`" in problem and "return helper(x)" not in problem


def test_a_callback_of_a_library_is_the_students_line(notebook):
    """Between the student's lines may lie a library's."""
    notebook("def squared(row):\n    return row @ missing\n")
    problem = outcome(notebook, "return np.apply_along_axis(squared, 0, x)").problem
    assert "`return row @ missing`" in problem


def test_a_function_without_source_is_told_without_a_line():
    """Code that was never written to a file has no line to show."""
    namespace = {}
    exec("def f(x, n):\n    return x / missing\n", namespace)
    problem = attempt(namespace["f"], CASE).problem
    assert "`NameError`: name 'missing' is not defined" in problem and "in the line" not in problem


def test_missing_arguments_are_told(notebook):
    """A changed signature is the student's to mend."""
    namespace = notebook("def f(x):\n    return x\n")
    assert "takes 1 positional argument but 2 were given" in attempt(namespace["f"], CASE).problem


def test_only_the_first_line_of_a_message_is_told():
    """Libraries write long ones; and one without a message is told by its kind."""
    assert "first" in describe_error(ValueError("first\nsecond"), print)
    assert "second" not in describe_error(ValueError("first\nsecond"), print)
    assert describe_error(ValueError(), print) == "Your code stops with a `ValueError`."
    assert "`ValueError`" in describe_error(ValueError("\n"), print)


def test_the_student_can_still_interrupt(notebook):
    """The stop button is no mistake of the function."""
    with pytest.raises(KeyboardInterrupt):
        outcome(notebook, "raise KeyboardInterrupt")


CHANGING = {
    "an element": "x[0] = 7\nreturn x",
    "all of it": "x *= n\nreturn x",
    "the order": "x[:] = x[::-1].copy()\nreturn 2 * x",
    "to NaN": "x[1] = np.nan\nreturn n",
    "through a view": "np.asarray(x).reshape(2, 2)[1, 1] = -1\nreturn n",
}


@pytest.mark.parametrize("kind", CHANGING)
def test_a_changed_argument_is_told_by_its_name(notebook, kind):
    """The name that the student gave it; the case itself is as before."""
    attempted = outcome(notebook, CHANGING[kind])
    assert "changes its argument `x` in place" in attempted.problem and "`x.copy()`" in attempted.problem
    np.testing.assert_array_equal(CASE.positional[0], np.arange(4.0))


def test_a_changed_named_argument_is_told(notebook):
    """It does not matter how the argument was handed over."""
    case = Case.of(np.zeros(3), n=np.ones(2))
    assert "its argument `n`" in outcome(notebook, "n += 1\nreturn x", case).problem


def test_an_argument_may_be_read_and_given_another_name(notebook):
    """`x = x + 1` changes no array; NaN in an argument is no change."""
    assert outcome(notebook, "x = x + 1\nreturn x").problem == ""
    assert outcome(notebook, "return x", Case.of(np.array([np.nan, 1.0]), 2)).problem == ""


@pytest.mark.parametrize(
    "body",
    ["result = ...\nreturn result", "window = ...\nreturn x * window", "window = ...\nreturn np.ones(2)[0] + window"],
)
def test_a_stub_is_noticed(notebook, body):
    """Returned, or in the way of a computation."""
    assert outcome(notebook, body).met_stub


def test_an_error_that_has_nothing_to_do_with_a_stub_is_none(notebook):
    """Only `...` is one."""
    assert not outcome(notebook, "return x[9]").met_stub
    assert not outcome(notebook, "return x[..., None]").met_stub


OPEN = {
    "untouched": ("first = ...  # <YOUR CODE>\nsecond = ...\nreturn second", {"first", "second"}),
    "half": ("first = x + 1\nsecond = ...\nreturn second", {"second"}),
    "done": ("first = x + 1\nsecond = first[..., None]\nreturn second", set()),
    "in a loop": ("for i in range(n):\n    x[i] = ...\nreturn x", {"x[i]"}),
    "two names": ("real, imaginary = ..., ...\nboth = other = ...\nreturn x", {"both", "other"}),
    "in text": ('told = "y = ..."\n# z = ...\nreturn told', set()),
}


@pytest.mark.parametrize("kind", OPEN)
def test_open_steps_are_those_that_assign_a_stub(notebook, kind):
    """Read from the source; an Ellipsis in an index, a text or a comment is none."""
    body, names = OPEN[kind]
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    assert open_steps(notebook(f"def f(x, n):\n{lines}\n")["f"]) == names


def test_open_steps_of_what_has_no_source_are_none():
    """Built-in functions, classes without a file, lambdas inside of a call."""
    for function in (len, np.sin, lambda x: x, int, print):
        assert open_steps(function) == set()


def test_a_cell_that_was_run_again_counts_as_it_is_now(notebook):
    """The first version is forgotten."""
    assert open_steps(notebook("def f(x, n):\n    y = ...\n    return y\n")["f"]) == {"y"}
    assert open_steps(notebook("def f(x, n):\n    y = x\n    return y\n")["f"]) == set()


def test_a_step_that_was_filled_in_below_its_stub_is_closed(notebook):
    """The stub's line was left standing, as many do."""
    functions = notebook("def f(x):\n    y = ...  # <YOUR CODE>\n    z = ...\n    y = x + 1\n    return y\n")
    assert open_steps(functions["f"]) == {"z"}


def test_the_functions_that_are_called_are_known(notebook):
    """By their global names; arguments and local names are not among them."""
    namespace = notebook("def f(x, hann):\n    frames = slice_into_frames(x)\n    return frames * hann\n")
    assert "slice_into_frames" in called_names(namespace["f"])
    assert not {"x", "hann", "frames"} & called_names(namespace["f"])
    assert called_names(len) == set()


def test_a_name_of_a_library_is_no_call_of_ones_own(notebook):
    """`scipy.signal.windows.hann` is not the student's `hann`; one in a comprehension or an inner function is."""
    functions = notebook("""
        def of_a_library(n):
            return np.windows.hann(n)
        def in_a_comprehension(n):
            return [hann(n) for _ in range(2)]
        def in_a_function(n):
            def inner():
                return hann(n)
            return inner()
        """)
    assert "hann" not in called_names(functions["of_a_library"])
    assert "hann" in called_names(functions["in_a_comprehension"])
    assert "hann" in called_names(functions["in_a_function"])


class MuteError(Exception):
    """Can't even say what it is."""

    def __str__(self):
        raise RuntimeError("not even that")


def test_words_of_an_exception_are_cut_to_what_can_be_read(notebook):
    """No doubled full stop, no backtick that would begin code, no ten thousand characters, no second error."""
    functions = notebook("def raises(error):\n    raise error\n")
    told = {
        name: attempt(functions["raises"], Case.of(error)).problem
        for name, error in {
            "stop": ValueError("a bad thing."), "tick": ValueError("a `bad` thing"), "long": ValueError("x" * 10_000),
            "mute": MuteError(),
        }.items()
    }  # fmt: skip
    assert "a bad thing. It happens" in told["stop"]
    assert "`bad`" not in told["tick"]
    assert len(told["long"]) < 350
    assert "a `MuteError`." in told["mute"]
