"""Who is alike: copies are found among 300, whoever works alone is left in peace."""

import random

import pytest

from autograder.report.explained import explained_by
from autograder.report.likeness import Shown, alike_in_several
from autograder.report.similarity import THRESHOLD, Comparison
from autograder.report.tokens import LONGEST, statements
from autograder.stubs import stub, without_marks
from tests.conftest import LESSONS
from tests.report.made_class import copied, honest_class
from tests.report.measure_alike import found, planted

LESSON = LESSONS["03_mel"]
OWN = """\
def hz_to_mel(frequencies):
    seen = {round(float(f), 3): i for i, f in enumerate(np.ravel(frequencies))}
    assert sorted(seen.values())[-1] < np.size(frequencies), seen
    low = np.asarray(frequencies, dtype=complex).real / 66.667
    high = 15 + 27 * np.log(np.fmax(frequencies, 1e-9) / 1000) / np.log(6.4)
    table = dict(zip(("low", "high"), (low, high), strict=False))
    return np.where(low > 15, table["high"], table["low"])
"""


@pytest.fixture(scope="module")
def explained():
    return explained_by(LESSON)


@pytest.fixture(scope="module")
def class_of_300():
    return honest_class(LESSON, 300, 7)


def compared(*answers, others=300):
    """The pairs of a class in which a few hand in some text, and the others nothing."""
    empty = {f"other_{number}": {} for number in range(others)}
    return Comparison(empty | {f"student_{n}": {"f": text} for n, text in enumerate(answers)}, []).pairs(5)


def test_copies_are_found_among_300(class_of_300, explained):
    """Of ten that were renamed, reordered and reformatted, nine or more are among the first fifteen pairs."""
    answers = dict(class_of_300)
    copies = planted(answers, Comparison(answers, explained).own(), random.Random(5))
    assert found(Comparison(answers, explained).pairs(15), copies) >= 9


def test_who_works_alone_is_not_flagged(class_of_300, explained):
    """No pair of 44,850 reaches the threshold, though many write much the same."""
    (most_alike,) = Comparison(class_of_300, explained).pairs(1)
    assert 0 < most_alike.evidence < THRESHOLD


def test_what_the_lesson_explains_is_no_evidence(class_of_300, explained):
    """Two who hand in the reference, another known writing, a known fault or the stubs as they were."""
    solved = {name: without_marks(exercise.source) for name, exercise in LESSON.exercises.items()}
    known = {"reference": solved, "stubs": {name: stub(each.source) for name, each in LESSON.exercises.items()}}
    known |= LESSON.rewritings()
    for exercise in LESSON.exercises.values():
        fault = next(each for each in exercise.misconceptions if not each.released)
        known[fault.name] = solved | {exercise.name: without_marks(exercise.faulty_source(fault))}
    twice = {f"{name} {time}": answers for name, answers in known.items() for time in (1, 2)}
    own = Comparison(class_of_300 | twice, explained).own()
    assert [name for name in twice if own[name] > 0] == []


def test_names_order_and_layout_are_no_disguise():
    """A single answer of one's own is as much evidence in disguise as it is word for word."""
    (verbatim,) = compared(OWN, OWN)
    disguised = copied({"hz_to_mel": OWN}, random.Random(3))["hz_to_mel"]
    assert "seen" not in disguised and disguised != OWN
    (hidden,) = compared(OWN, disguised)
    assert hidden.evidence == pytest.approx(verbatim.evidence)
    assert hidden.evidence > THRESHOLD


def test_what_many_share_is_no_evidence():
    """A text from the lecture, say: sixteen of 300 have it. Of three, it tells."""
    assert compared(*[OWN] * 16, others=284) == []
    assert len(compared(*[OWN] * 3, others=297)) == 3


def test_a_long_answer_of_ones_own_is_not_like_a_part_of_it():
    """Two lines in common, among thirty that are not, weigh less than two lines that are all there is."""
    line = "low = np.asarray(frequencies, dtype=complex).real / 66.667\n"
    mine = "".join(f"x = np.f{n}(np.g{n}(x[{n}:], q{n}=x), x.h{n}().k{n}(x))\n" for n in range(30))
    (short,) = compared(line, line)
    (long,) = compared(line + mine, line + mine.replace(".", ".of_").replace("q", "w"))
    assert long.evidence < short.evidence / 2


def test_a_small_class_is_judged_with_care():
    """That two of four write the same surprises less than two of 300; of two, nothing can be said."""
    (of_many,) = compared(OWN, OWN)
    (of_few,) = compared(OWN, OWN, others=2)
    assert of_few.evidence < of_many.evidence / 5
    assert compared(OWN, OWN, others=0) == []


def test_lines_are_marked_where_the_evidence_is():
    """In both texts, and not where they differ."""
    other = "import os\n\n# mine\nresult = os.path.join(os.getcwd(), 'x')\n"
    own = OWN.splitlines(keepends=True)[1].strip() + "\n"
    comparison = Comparison(
        {"a": {"f": own + "y = 1\n"}, "b": {"f": other + own}} | {f"{n}": {} for n in range(300)}, []
    )
    (pair,) = comparison.pairs(5)
    assert comparison.marked(pair, "f") == ({1}, {5})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "def f(:\n  ((",
        "x = 'abc\n" * 3,
        "\0\0",
        "(" * 10 * LONGEST,
        "if lambda" + ":" * LONGEST,
        "%matplotlib\n!ls\nx?",
        "if x:\n\ty\n  z",
        "f'{'",
    ],
)
def test_any_text_can_be_compared(text):
    """What is no Python is read as far as it goes, in a time that has a bound."""
    assert isinstance(statements(text), list)
    compared(text, text, OWN)


def test_statements_are_cut_where_they_end():
    """At ends of lines, semicolons and heads of blocks, not within brackets; docstrings and comments are nothing."""
    text = '"""Says."""\nfor i in range(3): a = f(\n    i, axis=0)  # so\nb = lambda q: q; c = {1: "x"}\n'
    assert [" ".join(each.tokens) for each in statements(text)] == [
        "for V in range ( 0 ) :",
        "V = V ( V , axis = 0 )",
        "V = lambda V : V",
        "V = { 0 : '' }",
    ]
    assert [(each.first_line, each.last_line) for each in statements(text)] == [(2, 2), (2, 3), (4, 4), (4, 4)]


def test_pairs_of_several_lessons_are_told_once():
    """In whichever order their names stand; who is alike in one lesson only is not among them."""
    first = [Shown(("anna", "björn"), 30.0, []), Shown(("carla", "dan"), 90.0, [])]
    second = [Shown(("björn", "anna"), 25.0, []), Shown(("dan", "eva"), 21.0, [])]
    table = alike_in_several({"02_stft": first, "03_mel": second})
    assert table.rows == [("anna", "björn", 55.0, "02_stft 30, 03_mel 25")]
