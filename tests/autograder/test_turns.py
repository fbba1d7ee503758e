"""Who grades what, and when."""

from pathlib import Path

from autograder.pipeline import Order
from autograder.submissions import Submission
from autograder.turns import Turns


def orders(**counts):
    """So many submissions of each lesson."""
    return [
        Order(Path(), Submission(f"student {number}", lesson, {}, None, ()), "", "")
        for lesson, count in counts.items()
        for number in range(count)
    ]


def taken(turns, worker, count):
    """The lessons of a worker's next orders."""
    return [order and order.submission.lesson for order in (turns.next_for(worker) for _ in range(count))]


def test_a_worker_keeps_to_its_lesson():
    """The other one takes another lesson, and all orders are given out once."""
    turns = Turns(orders(stft=3, mel=3))
    assert [taken(turns, worker, 1)[0] for worker in (0, 1, 0, 1, 0, 1)] == ["stft", "mel"] * 3
    assert taken(turns, 0, 2) == [None, None]


def test_the_largest_lesson_comes_first():
    """What is left for the end is small."""
    assert taken(Turns(orders(stft=1, mel=3, mfcc=2)), 0, 6) == ["mel"] * 3 + ["mfcc"] * 2 + ["stft"]


def test_a_worker_goes_on_with_what_it_is_getting_ready_for():
    """Even if another lesson has more."""
    assert taken(Turns(orders(stft=1, mel=3), at={0: "stft"}), 0, 2) == ["stft", "mel"]


def test_a_class_of_one_lesson_is_shared():
    """There is enough left for everybody to get ready for."""
    turns = Turns(orders(stft=40))
    assert taken(turns, 0, 1) == taken(turns, 1, 1) == ["stft"]


def test_nobody_gets_ready_for_a_rest():
    """A few quick submissions are done before another worker were ready; slow ones are not."""
    turns = Turns(orders(stft=4), at={0: "stft"})
    assert taken(turns, 1, 1) == [None]
    turns.took("stft", 10.0)
    assert taken(turns, 1, 1) == ["stft"]
