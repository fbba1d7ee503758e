"""The diary of answers: nothing is lost, and what is due follows from it."""

import multiprocessing
from datetime import timedelta

import pytest
from fsrs import Card, Rating, Scheduler

from course.exam.progress import Progress, ProgressError
from course.exam.question import Question
from tests.course.clock import Clock

QUESTIONS = [Question("02_stft", name, "derive", 1, 2, name, "Step 1", points=("a",)) for name in "abcdef"]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def diary(tmp_path, clock):
    return Progress(QUESTIONS, tmp_path / "progress.jsonl", clock)


def test_a_week_follows_fsrs(diary, clock):
    """What is due each day is what the scheduler says of each question by itself."""
    scheduler, cards = Scheduler(enable_fuzzing=False), {}
    for day in range(7):
        for question, share in zip(QUESTIONS[: 2 + day % 4], (1.0, 0.0, 0.5, 1.0, 1.0), strict=False):
            diary.add(question, 0, share, 30 if share == 1 else 200)
            rating = {1.0: Rating.Easy, 0.5: Rating.Hard, 0.0: Rating.Again}[share]
            card = cards.get(question.name) or Card(card_id=0, due=clock.time)
            cards[question.name], _ = scheduler.review_card(card, rating, clock.time)
        clock.time += timedelta(days=1)
        diary.refresh()
        assert {question.name for question in diary.due()} == {n for n, c in cards.items() if c.due <= clock.time}
    assert len(diary.due()) > 1 and len(diary.new()) == 1
    recalls = [diary.known[question.name].recall for question in diary.due()]
    assert recalls == sorted(recalls)


def test_another_notebook_sees_it_and_adds_to_it(diary, clock):
    """Two that are open at the same time lose nothing."""
    other = Progress(QUESTIONS, diary.path, clock)
    diary.add(QUESTIONS[0], 0, 1, 10)
    other.add(QUESTIONS[1], 0, 1, 10)
    diary.add(QUESTIONS[2], 0, 1, 10)
    other.refresh()
    assert [a.question for a in other.answers] == [a.question for a in diary.answers[:1] + diary.answers[1:]]
    assert len(Progress(QUESTIONS, diary.path, clock).answers) == 3


def answer_many(path, name):
    progress = Progress(QUESTIONS, path)
    for seed in range(100):
        progress.add(next(each for each in QUESTIONS if each.id == name), seed, 1, 1)


def test_many_at_the_same_time_lose_nothing(diary):
    """Four processes, a hundred answers each, from the first line on."""
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=answer_many, args=(diary.path, name)) for name in "abcd"]
    for process in others:
        process.start()
    for process in others:
        process.join()
    diary.refresh()
    asked = sorted((answer.question, answer.seed) for answer in diary.answers)
    assert asked == sorted((f"02_stft/{name}", seed) for name in "abcd" for seed in range(100))
    assert not list(diary.path.parent.glob("*.damaged*"))


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_cut_off_file_loses_the_last_answer_at_the_most(diary, clock, cut):
    """And goes on after it."""
    for question in QUESTIONS[:4]:
        diary.add(question, 0, 1, 10)
    diary.path.write_bytes(diary.path.read_bytes()[:-cut])
    again = Progress(QUESTIONS, diary.path, clock)
    assert [answer.question for answer in again.answers][:3] == [question.name for question in QUESTIONS[:3]]
    again.add(QUESTIONS[5], 0, 1, 10)
    read = [answer.question for answer in Progress(QUESTIONS, diary.path, clock).answers]
    assert read[:3] == [question.name for question in QUESTIONS[:3]] and read[-1] == QUESTIONS[5].name


def test_a_damaged_line_is_put_aside_and_the_others_count(diary, clock):
    """A copy stays; all that can be read is read."""
    for question in QUESTIONS[:3]:
        diary.add(question, 0, 1, 10)
    damaged = diary.path.read_bytes().replace(b'"02_stft/b"', b'"02_stft/b')
    diary.path.write_bytes(damaged)
    again = Progress(QUESTIONS, diary.path, clock)
    assert [answer.question for answer in again.answers] == ["02_stft/a", "02_stft/c"]
    assert diary.path.with_name("progress.damaged.jsonl").read_bytes() == damaged


@pytest.mark.parametrize(
    ("text", "says"), [("not ours\n", "Move the file away"), ('{"resound": "exam progress", "version": 99}\n', "newer")]
)
def test_what_is_no_diary_of_ours_is_left_alone(tmp_path, text, says):
    """Nothing is written over it, and the way out is told."""
    path = tmp_path / "other.jsonl"
    path.write_text(text)
    with pytest.raises(ProgressError, match=says):
        Progress(QUESTIONS, path)
    assert path.read_text() == text


def test_the_next_time_has_other_numbers(diary):
    """As many seeds as answers."""
    assert diary.next_seed(QUESTIONS[0]) == 0
    diary.add(QUESTIONS[0], 0, 0, 10)
    assert diary.next_seed(QUESTIONS[0]) == 1
