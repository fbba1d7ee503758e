"""Solutions become stubs: each step keeps its name and its comment, and loses the rest."""

import ast
from textwrap import dedent

import pytest
from nbformat.v4 import new_code_cell

from autograder.stubs import StepwiseStubs, StubError, step_names, stub, without_marks
from tests.conftest import LESSONS


def solved(*steps):
    body = "\n".join(f"    {step}" for step in steps)
    return f"def f(x):\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION\n    return y\n"


def test_each_step_keeps_its_name_and_comment():
    """Comments say what to compute; right-hand sides go, even over several lines."""
    source = solved("# twice x", "twice = 2 * x  # secret", "# and one more", "y = (", "    twice", "    + 1", ")")
    assert stub(source) == dedent("""\
        def f(x):
            # twice x
            twice = ...  # <YOUR CODE>
            # and one more
            y = ...  # <YOUR CODE>
            return y
        """)


def test_a_blank_line_at_the_start_changes_nothing():
    """The indentation is that of the step."""
    assert "\n    y = ...  # <YOUR CODE>\n" in stub(solved("", "y = x + 1").replace("    \n", "\n"))


def test_a_stub_runs_and_returns_ellipsis():
    """An untouched stub is no error."""
    namespace = {}
    exec(stub(solved("y = x + 1")), namespace)
    assert namespace["f"](3) is ...


def test_a_bug_is_handed_out_in_place_of_a_stub():
    """`# released as:` names the faulty right-hand side, and leaves no trace."""
    assert "    y = x - 1\n" in stub(solved("y = x + 1  # released as: x - 1"))
    assert "released" not in stub(solved("y = x + 1  # released as: x - 1"))


def test_several_values_and_several_regions():
    """Tuples keep their names; what stands between two regions stays."""
    source = (
        "### BEGIN SOLUTION\na, b = 1, 2\n### END SOLUTION\nprint(a)\n### BEGIN SOLUTION\nc = a + b\n### END SOLUTION\n"
    )
    assert stub(source) == "a, b = ...  # <YOUR CODE>\nprint(a)\nc = ...  # <YOUR CODE>\n"
    assert step_names(source) == ("a, b", "c")


def test_a_solution_without_marks_is_what_a_student_writes():
    """The steps stay as they are; nothing tells that marks were there."""
    assert without_marks(solved("y = x + 1  # released as: x - 1")) == "def f(x):\n    y = x + 1\n    return y"


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return x\n",
        "### BEGIN SOLUTION\na = 1\n",
        "a = 1\n### END SOLUTION\n",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\n",
        solved("a = 1; y = 2"),
        solved("for i in x:", "    y = i"),
        solved("return x + 1"),
    ],
)
def test_what_cannot_be_stubbed_is_refused(source):
    """Missing, unpaired or nested marks, and steps without a name: nothing of a solution slips through."""
    with pytest.raises(StubError):
        stub(source)


def test_a_solution_outside_a_solution_cell_is_refused():
    """nbgrader would hand it out as it is."""
    cell = new_code_cell("### BEGIN SOLUTION\na = 1\n### END SOLUTION\n")
    with pytest.raises(StubError, match="not marked"):
        StepwiseStubs().preprocess_cell(cell, {}, 0)


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_no_right_hand_side_of_a_lesson_survives(lesson):
    """In a stub every step is `...`, or what "find the bug" hands out."""
    for exercise in lesson.exercises.values():
        released = {
            ast.unparse(node.targets[0]).strip("()"): node.value
            for node in ast.walk(ast.parse(stub(exercise.source)))
            if isinstance(node, ast.Assign)
        }
        hands_out_a_bug = any(fault.released for fault in exercise.misconceptions)
        for step in step_names(exercise.source):
            assert hands_out_a_bug or ast.unparse(released[step]) == "..."
