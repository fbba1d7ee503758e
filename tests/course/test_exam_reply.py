"""Questions drawn and answers judged."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from course.exam.bank import as_data, from_data
from course.exam.question import Choice, Question, told
from course.exam.reply import Mark, reply, reply_to_choice, reply_to_number

NUMBERS = Question(
    "02_stft",
    "frames",
    "compute",
    1,
    2,
    text="{seconds} s, a hop of {hop} ms. How many ms is {seconds} s less one hop?",
    read="Step 1",
    unit="ms",
    tolerance=0.01,
    parameters=({"seconds": 1, "hop": 10}, {"seconds": 2, "hop": 20}, {"seconds": 3, "hop": 300}),
    answers=(990.0, 1980.0, 2700.0),
    wrong=((1010.0, 2020.0, 3300.0),),
    replies=("You added the hop of {hop} ms.",),
)
CHOICES = Question(
    "02_stft",
    "which",
    "choose",
    1,
    1,
    text="Which?",
    read="Step 1",
    choices=(Choice("this", "It is.", True), Choice("that", "It is not.", False), Choice("none", "One is.", False)),
)
SEVERAL = replace(
    CHOICES,
    kind="choose several",
    choices=(Choice("a", "yes", True), Choice("b", "no", False), Choice("c", "yes", True)),
)


def places(drawn, *texts):
    return [place for place, choice in enumerate(drawn.choices) if choice.text in texts]


def test_a_seed_draws_the_same_and_the_next_one_something_else():
    """Numbers come again only when all were asked."""
    assert NUMBERS.draw(5) == NUMBERS.draw(5)
    assert len({NUMBERS.draw(seed).text for seed in range(3)}) == 3
    assert NUMBERS.draw(1).text == NUMBERS.draw(4).text
    assert len({CHOICES.draw(seed).order for seed in range(20)}) > 3


@pytest.mark.parametrize("seed", range(3))
def test_the_right_number_is_right_in_any_unit_and_rounded(seed):
    """Typed as it is told, in seconds, with two digits."""
    drawn = NUMBERS.draw(seed)
    for text in (drawn.told_answer, f"{drawn.answer / 1000} s", f"{drawn.answer:.2g}", f"{drawn.answer * 1.009}"):
        assert reply_to_number(drawn, text).mark is Mark.RIGHT, text


def test_a_typical_mistake_gets_its_own_reply():
    """With the numbers of the drawing."""
    drawn = NUMBERS.draw(0)
    reply = reply_to_number(drawn, f"{drawn.wrong[0].number} ms")
    assert (reply.mark, reply.says) == (Mark.WRONG, (f"You added the hop of {drawn.parameters['hop']} ms.",))


@pytest.mark.parametrize(("factor", "says"), [(1000, "prefix"), (0.001, "prefix"), (-1, "sign"), (2, "twice")])
def test_a_slip_is_told(factor, says):
    """What happens in any question."""
    drawn = NUMBERS.draw(0)
    reply = reply_to_number(drawn, f"{factor * drawn.answer}")
    assert reply.mark is Mark.WRONG and says in reply.says[0]


def test_what_is_counted_is_not_rounded():
    """One frame more is another number."""
    counted = replace(NUMBERS, tolerance=0.0).draw(0)
    assert reply_to_number(counted, f"{counted.answer}").mark is Mark.RIGHT
    assert reply_to_number(counted, f"{counted.answer + 1}").mark is Mark.WRONG
    assert reply_to_number(counted, f"{counted.answer:.1g}").mark is Mark.WRONG


def test_nonsense_costs_nothing():
    """A request, neither right nor wrong."""
    assert reply_to_number(NUMBERS.draw(0), "hm").mark is Mark.UNREADABLE
    assert reply_to_choice(CHOICES.draw(0), []).mark is Mark.UNREADABLE
    assert reply_to_choice(CHOICES.draw(0), [0, 1]).mark is Mark.UNREADABLE


def test_a_choice_is_explained_wherever_it_stands():
    """The right one and each wrong one."""
    for seed in range(5):
        drawn = CHOICES.draw(seed)
        assert reply_to_choice(drawn, places(drawn, "this")).mark is Mark.RIGHT
        assert reply_to_choice(drawn, places(drawn, "that")).says == ("It is not.",)


def test_several_of_several_must_all_be_there():
    """What was left out is told."""
    drawn = SEVERAL.draw(2)
    assert reply_to_choice(drawn, places(drawn, "a", "c")).mark is Mark.RIGHT
    assert reply_to_choice(drawn, places(drawn, "a", "b", "c")).mark is Mark.WRONG
    assert "left out" in reply_to_choice(drawn, places(drawn, "a")).says[-1]


def test_a_derivation_is_marked_by_its_points():
    """Those that one's own answer covers; none twice."""
    drawn = replace(CHOICES, kind="derive", choices=(), points=("one", "two", "three", "four")).draw(0)
    half = reply(drawn, [0, 2, 2, 9])
    assert (half.mark, half.share, half.says) == (Mark.WRONG, 0.5, ("Still to say: two", "Still to say: four"))
    assert reply(drawn, range(4)).mark is Mark.RIGHT


@pytest.mark.parametrize(
    ("source", "mark", "says"),
    [
        (
            "def hann(window_length):\n    return np.sin(np.pi * np.arange(window_length) / window_length) ** 2",
            "RIGHT",
            "",
        ),
        (
            "def hann(window_length):\n    return np.sin(np.pi * np.arange(window_length) / (window_length - 1)) ** 2",
            "WRONG",
            "symmetric",
        ),
        ("def hann(window_length):\n    return np.hanning(window_length + 1)[:-1]", "WRONG", "build that yourself"),
        ("def han(window_length):\n    return 1", "UNREADABLE", "no function `hann`"),
        ("def hann(window_length)\n    return 1", "UNREADABLE", "line 1"),
        ("1 / 0", "UNREADABLE", "ZeroDivisionError"),
        ("raise SystemExit", "UNREADABLE", "SystemExit"),
        ("raise KeyboardInterrupt", "UNREADABLE", "was stopped"),
        ("def hann(window_length):\n    raise KeyboardInterrupt", "UNREADABLE", "was stopped"),
    ],
)
def test_code_is_checked_like_an_exercise(source, mark, says):
    """With the same words; what can't be run costs nothing."""
    drawn = replace(CHOICES, kind="write code", choices=(), exercise="hann").draw(0)
    said = reply(drawn, source)
    assert said.mark is Mark[mark] and says in " ".join(said.says)


@pytest.mark.parametrize("source", ["while True: pass", "def hann(n):\n    while True: n += 1"])
def test_code_without_end_is_stopped_in_any_thread(source, monkeypatch):
    """A widget's messages are answered beside the main thread, where no interrupt of the notebook arrives."""
    monkeypatch.setattr("course.exam.code.LONGEST", 0.5)
    drawn = replace(CHOICES, kind="write code", choices=(), exercise="hann").draw(0)
    with ThreadPoolExecutor(1) as pool:
        said = pool.submit(reply, drawn, source).result(20)
    assert said.mark is Mark.UNREADABLE and "Does its loop ever end?" in said.says[0]


@pytest.mark.parametrize("question", [NUMBERS, CHOICES, SEVERAL])
def test_a_question_comes_back_from_its_file(question):
    """Columns, rows and all."""
    assert from_data(question.lesson, as_data(question)) == question


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (42.666, "42.67"),
        (1520.9, "1 521"),
        (0.01234567, "0.01235"),
        (1e12, "1e+12"),
        (5, "5"),
        (-3.01, "-3.01"),
    ],
)
def test_numbers_are_told_with_four_digits(number, text):
    """As one would write them."""
    assert told(number) == text
