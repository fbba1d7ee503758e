"""A mock exam: drawn, sat, left and come back to, marked."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from course.exam.bank import questions as shipped
from course.exam.exam_file import NoExam
from course.exam.mock import Blueprint, ExamError, Part, draw_exam, mark, share_points
from course.exam.question import Choice, Question
from course.exam.reply import Mark
from course.exam.sitting import Sitting, TimeIsUp
from tests.course.clock import BEGIN, Clock

CHOICES = (Choice("yes", "It is.", True), Choice("no", "It is not.", False), Choice("maybe", "Never.", False))


def ask(lesson, id, kind="choose", minutes=1.0, difficulty=1, **rest):
    rest = {"choices": CHOICES} | rest if kind in ("choose", "choose several", "read code") else rest
    return Question(lesson, id, kind, difficulty, minutes, f"{id}?", f"Step of {id}", **rest)


def number(lesson, id, minutes=2.0, difficulty=2):
    drawings = tuple({"n": n} for n in range(1, 8))
    twice = tuple(2.0 * n for n in range(1, 8))
    return ask(lesson, id, "compute", minutes, difficulty, unit="ms", parameters=drawings, answers=twice)


def lesson(name):
    points = ("one", "two", "three", "four")
    return [
        *[number(name, f"number-{n}") for n in range(4)],
        *[ask(name, f"choice-{n}", minutes=1 + n % 2) for n in range(4)],
        ask(name, "proof", "derive", 6, 3, points=points, solution="So it is."),
        ask(name, "several", "choose several", 3, 2, choices=(*CHOICES[:2], Choice("too", "And it is.", True))),
    ]


LESSONS = [f"{number:02}_{name}" for number, name in enumerate("abcdefg", 1)]
QUESTIONS = [question for name in LESSONS for question in lesson(name)]
CODE = ask("02_stft", "window", "write code", 5, 3, exercise="hann")
RIGHT_CODE = "def hann(window_length):\n    return np.sin(np.pi * np.arange(window_length) / window_length) ** 2"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def exam():
    return draw_exam(QUESTIONS, 3)


@pytest.fixture
def sitting(exam, tmp_path, clock):
    return Sitting.begin(exam, tmp_path / "exam.json", clock)


def again(sitting):
    """The same exam in another window."""
    return Sitting.come_back(QUESTIONS, sitting.path, sitting.clock)


def first_of(exam, kind):
    return next(item for item in exam.items.values() if item.drawn.question.kind == kind)


def right(item):
    """The right answer, as `reply` takes it."""
    drawn = item.drawn
    if drawn.question.kind == "compute":
        return drawn.told_answer
    if drawn.question.kind == "derive":
        return "on paper"
    return [place for place, choice in enumerate(drawn.choices) if choice.right]


# drawing


@pytest.mark.parametrize("seed", range(20))
def test_five_tasks_of_ten_points_and_eighteen_minutes(seed):
    """Each of several questions, none of them twice."""
    exam = draw_exam(QUESTIONS, seed)
    assert (len(exam.tasks), exam.points, exam.minutes) == (5, 50, 90)
    for task in exam.tasks:
        assert task.points == 10 and len(task.items) > 2
        assert 16 <= sum(item.drawn.question.minutes for item in task.items) <= 18
    names = [item.name for item in exam.items.values()]
    assert len(set(names)) == len(names)


def test_the_same_seed_draws_the_same_exam():
    """Whatever the order of the questions; another seed draws another, with other numbers."""
    assert draw_exam(QUESTIONS, 5) == draw_exam(QUESTIONS[::-1], 5)
    one, other = draw_exam(QUESTIONS, 5), draw_exam(QUESTIONS, 6)
    assert {item.name for item in one.items.values()} != {item.name for item in other.items.values()}
    both = {item.name: item.drawn.text for item in one.items.values()}
    assert any(item.drawn.parameters for item in one.items.values())
    seeds = {item.drawn.seed for exam in (one, other) for item in exam.items.values()}
    assert len(seeds) == len(one.items) + len(other.items) and both


def test_every_lesson_and_every_question_comes_up():
    """Over many seeds, and none of the questions in each exam."""
    counted = Counter(item.name for seed in range(100) for item in draw_exam(QUESTIONS, seed).items.values())
    assert set(counted) == {question.name for question in QUESTIONS}
    assert max(counted.values()) < 95


def test_a_task_keeps_to_lessons_that_follow_each_other():
    """In the order of the lessons, so that the exam goes through the course."""
    tasks = [task.lessons for task in draw_exam(QUESTIONS, 1).tasks]
    assert all(set(task) <= set(LESSONS[first : first + 3]) for task, first in zip(tasks, (0, 1, 2, 4, 5), strict=True))


def test_a_blueprint_is_kept_to():
    """Lessons, kinds, difficulty, minutes and points."""
    parts = (Part((LESSONS[6],), ("derive", "choose several")), Part(kinds=("compute",), difficulty=(2,)))
    for seed in range(20):
        exam = draw_exam(QUESTIONS, seed, Blueprint(parts, 24, 6))
        assert [task.points for task in exam.tasks] == [6, 6]
        assert exam.tasks[0].lessons == (LESSONS[6],)
        assert {item.drawn.question.kind for item in exam.tasks[0].items} >= {"derive", "choose several"}
        assert {item.drawn.question.difficulty for item in exam.tasks[1].items} == {2}


@pytest.mark.parametrize(
    ("there", "blueprint", "says"),
    [
        ([], None, "task 1.*18 minutes; from no lesson there are questions for 0 minutes"),
        (lesson("01_a"), None, "too few questions for task .*18 minutes; from 01_a"),
        (QUESTIONS, Blueprint((Part((LESSONS[0],)),), 60), "01_a there are questions for 23 minutes.*more lessons"),
        (QUESTIONS, Blueprint((Part(kinds=("hear",)),), 10), "none of the kind 'hear'"),
        ([number("01_a", f"long-{n}", 8) for n in range(3)], Blueprint((Part(),), 18), "24 minutes that don't fill it"),
    ],
)
def test_too_few_questions_are_told(there, blueprint, says):
    """With the task, the time and the way out."""
    with pytest.raises(ExamError, match=says):
        draw_exam(there, 0, blueprint)


@pytest.mark.parametrize("minutes", [[1, 2, 6], [1] * 18, [1, 1, 1], [6, 6, 6], [0.5, 17.5], [2, 3, 4, 4, 5], [9] * 20])
def test_points_follow_the_minutes_and_nothing_is_left(minutes):
    """In halves, one half at the least, never more for less work."""
    points = share_points(minutes, 10)
    assert sum(points) == 10 and min(points) >= 0.5
    assert all(each * 2 == int(each * 2) for each in points)
    ordered = [point for _, point in sorted(zip(minutes, points, strict=True))]
    assert all(more >= less for less, more in pairwise(ordered))


# sitting


def test_one_leaves_and_comes_back_while_the_clock_goes_on(sitting, clock):
    """With every answer, the same questions and the same numbers."""
    item = first_of(sitting.exam, "compute")
    sitting.answer(item.drawn, "7 ms")
    clock.after(30)
    back = again(sitting)
    assert back.exam == sitting.exam
    assert back.given == {item.name: "7 ms"} and back.left == timedelta(minutes=60)
    assert len(back.open) == len(back.exam.items) - 1


def test_an_answer_can_be_changed_until_the_exam_is_handed_in(sitting):
    """And taken back; after that nothing."""
    item = first_of(sitting.exam, "choose")
    for given in ([0], [1], []):
        sitting.answer(item.drawn, given)
        assert again(sitting).given[item.name] == given
    sitting.hand_in()
    with pytest.raises(TimeIsUp, match="no answer counts any more"):
        sitting.answer(item.drawn, [2])
    assert again(sitting).given[item.name] == []


def test_when_the_time_is_up_it_is_handed_in_as_it_stands(sitting, clock):
    """Whether anybody is there or not."""
    item = first_of(sitting.exam, "compute")
    clock.after(89.9)
    sitting.answer(item.drawn, right(item))
    clock.after(90)
    with pytest.raises(TimeIsUp):
        sitting.answer(item.drawn, "0")
    clock.after(5000)
    back = again(sitting)
    assert back.handed_in == BEGIN + timedelta(minutes=90) and back.left == timedelta(0)
    assert mark(back.exam, back.given, back.covered).points == item.points


def test_an_answer_that_cannot_be_read_is_kept_and_asked_again(sitting):
    """Without a word on whether another one is right."""
    item, choice = first_of(sitting.exam, "compute"), first_of(sitting.exam, "choose")
    assert "type a number" in sitting.answer(item.drawn, "many")
    assert "one of them only" in sitting.answer(choice.drawn, [0, 1])
    assert again(sitting).given == {item.name: "many", choice.name: [0, 1]}
    assert sitting.answer(item.drawn, "1e6 ms") == sitting.answer(item.drawn, right(item)) == ""


def test_two_windows_lose_nothing(sitting):
    """Each takes over what the other wrote."""
    other, items = again(sitting), list(sitting.exam.items.values())
    for window, item in zip((sitting, other, sitting), items, strict=False):
        window.answer(item.drawn, right(item))
    assert set(again(sitting).given) == {item.name for item in items[:3]}
    other.hand_in()
    with pytest.raises(TimeIsUp):
        sitting.answer(items[4].drawn, right(items[4]))


def test_another_exam_in_the_file_is_not_written_over(sitting, clock):
    """By a window that was left open."""
    clock.after(1)
    other = Sitting.begin(draw_exam(QUESTIONS, 8), sitting.path, clock)
    with pytest.raises(ExamError, match="Another exam was begun"):
        sitting.hand_in()
    assert again(other).handed_in is None


@pytest.mark.parametrize("left", [0, 1, 0.3, 0.9, 0.999])
def test_a_cut_off_file_loses_the_last_answer_at_the_most(sitting, left):
    """It is put aside, and the exam goes on; also when that happens again."""
    items = list(sitting.exam.items.values())
    for cut in (3, 5):
        for item in items[:cut]:
            sitting.answer(item.drawn, right(item))
        whole = sitting.path.read_bytes()
        sitting.path.write_bytes(whole[: int(left if left >= 1 else left * len(whole))])
        back = again(sitting)
        assert set(back.given) >= {item.name for item in items[: cut - 1]}
        back.answer(items[cut].drawn, right(items[cut]))
        assert set(again(sitting).given) >= {item.name for item in (*items[: cut - 1], items[cut])}
        assert sitting.path.with_name("exam.damaged.json").exists()


KILLED = """
import sys
from course.exam.sitting import Sitting
from tests.course.clock import BEGIN
from tests.course.test_exam_mock import QUESTIONS, first_of
sitting = Sitting.come_back(QUESTIONS, sys.argv[1], lambda: BEGIN)
drawn = first_of(sitting.exam, "compute").drawn
for turn in range(1000000):
    sitting.answer(drawn, str(turn))
    print(turn, flush=True)
"""


def test_who_is_killed_while_writing_loses_the_last_answer_at_the_most(sitting):
    """With kill −9, twice."""
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", KILLED, sitting.path], stdout=subprocess.PIPE, text=True)
        first = process.stdout.readline()
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        said = int((first + process.communicate()[0]).split()[-1])
        assert int(again(sitting).given[first_of(sitting.exam, "compute").name]) >= said


def test_who_goes_on_from_a_copy_is_told(sitting):
    """And each damaged file keeps a name of its own."""
    sitting.answer(first_of(sitting.exam, "compute").drawn, "7")
    for name in ("exam.damaged.json", "exam.damaged.2.json"):
        sitting.path.write_text(name)
        assert f"put aside as {name}" in again(sitting).note
        assert sitting.path.with_name(name).read_text() == name
    assert again(sitting).note == ""


def test_an_exam_under_way_outlives_its_files(sitting):
    """Both damaged, or gone: what was answered is known here, and written down with the next answer."""
    number, choice = (first_of(sitting.exam, kind) for kind in ("compute", "choose"))
    for spoil in (lambda path: path.write_text("{"), lambda path: path.unlink(missing_ok=True)):
        sitting.answer(number.drawn, "7")
        for path in (sitting.path, sitting.path.with_name("exam.previous.json")):
            spoil(path)
        sitting.answer(choice.drawn, [1])
        assert again(sitting).given == {number.name: "7", choice.name: [1]}
    assert "exam.damaged.json" in sitting.note and sitting.path.with_name("exam.damaged.json").read_text() == "{"


def at_the_same_time(action):
    """Do it in two processes, as the first and as the second; gives what they say."""

    def tell(ready, answers, which):
        ready.wait(20)
        answers.put(action(which))

    fork = multiprocessing.get_context("fork")
    ready, answers = fork.Barrier(2), fork.SimpleQueue()
    processes = [fork.Process(target=tell, args=(ready, answers, which)) for which in (0, 1)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    return [answers.get(), answers.get()]


def test_two_notebooks_that_write_at_the_same_time_lose_nothing(sitting):
    """Neither the answers of the one nor those of the other."""

    def write(which):
        window = again(sitting)
        for item in list(sitting.exam.items.values())[which::2]:
            for turn in range(5):
                typed = item.drawn.question.kind in ("compute", "derive")
                window.answer(item.drawn, str(turn) if typed else [turn % 2])

    at_the_same_time(write)
    given = again(sitting).given
    assert len(given) == len(sitting.exam.items) and set(map(str, given.values())) <= {"4", "[0]"}


def test_what_cannot_be_written_was_not_answered(sitting):
    """And can be answered again."""
    item = first_of(sitting.exam, "compute")
    path, sitting.path = sitting.path, sitting.path / "no folder"
    with pytest.raises(OSError):
        sitting.answer(item.drawn, "7")
    assert sitting.given == {}
    sitting.path = path
    sitting.answer(item.drawn, "7")
    assert again(sitting).given == {item.name: "7"}


def test_no_code_is_run_before_the_exam_is_handed_in(tmp_path, clock):
    """What Python can't read is asked again, and so is a function of another name."""
    exam = draw_exam([CODE], 0, Blueprint((Part(kinds=("write code",)),), 5))
    sitting = Sitting.begin(exam, tmp_path / "exam.json", clock)
    (item,) = exam.items.values()
    marker = tmp_path / "run"
    runs = f"open({str(marker)!r}, 'w')\n{RIGHT_CODE}"
    requests = [sitting.answer(item.drawn, source) for source in ("def hann(:", "def han(n): pass", "\0", runs)]
    assert "line 1" in requests[0] and "no function `hann`" in requests[1] and requests[2] and requests[3] == ""
    assert not marker.exists()
    assert mark(exam, sitting.given, {}).points == 10 and marker.exists()


def test_what_is_no_exam_is_told(sitting, tmp_path, clock):
    """None begun, none that can be read, none of ours, one of a newer course, questions that are gone."""
    with pytest.raises(NoExam, match="No exam was begun"):
        Sitting.come_back(QUESTIONS, tmp_path / "none.json", clock)
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(NoExam, match="can't be read"):
        Sitting.come_back(QUESTIONS, broken, clock)
    for text, says in (('{"resound": "exam progress", "version": 1}', "no mock exam of this course"), ("", "newer")):
        other = tmp_path / "other.json"
        other.write_text(text or json.dumps(json.loads(sitting.path.read_text()) | {"version": 99, "new": 1}))
        before = other.read_bytes()
        with pytest.raises(ExamError, match=says):
            Sitting.come_back(QUESTIONS, other, clock)
        assert other.read_bytes() == before
    with pytest.raises(ExamError, match=r"no question 0\d_\w/.* any more"):
        Sitting.come_back(QUESTIONS[:5], sitting.path, clock)


def test_a_file_that_is_not_ours_is_not_begun_in(exam, tmp_path, clock):
    """A diary, or anybody's notes, stay as they are."""
    for text in ('{"resound": "exam progress", "version": 1}', "my notes"):
        path = tmp_path / "file"
        path.write_text(text)
        with pytest.raises(ExamError, match="give another path"):
            Sitting.begin(exam, path, clock)
        assert path.read_text() == text


# marking


def test_all_right_is_all_points(sitting):
    """Of every kind; a derivation by the points that one finds covered."""
    for item in sitting.exam.items.values():
        assert sitting.answer(item.drawn, right(item)) == ""
    sitting.hand_in()
    assert mark(sitting.exam, sitting.given, sitting.covered).points < 50
    for item in sitting.to_cover:
        sitting.cover(item.drawn, range(4))
    back = again(sitting)
    marks = mark(back.exam, back.given, back.covered)
    assert marks.by_task == (10,) * 5 and marks.points == 50 and marks.read_again == {}
    assert back.to_cover == []


def test_a_derivation_is_marked_after_handing_in_only(sitting):
    """Its share of the points is the share that is covered."""
    item = first_of(sitting.exam, "derive")
    assert sitting.to_cover == []
    with pytest.raises(ExamError, match="Hand the exam in first"):
        sitting.cover(item.drawn, [0])
    sitting.hand_in()
    assert item in sitting.to_cover
    sitting.cover(item.drawn, {2, 0, 1})
    (marked,) = [
        each
        for task in mark(sitting.exam, {}, again(sitting).covered).tasks
        for each in task
        if each.item.name == item.name
    ]
    assert marked.points == round(item.points * 0.75, 2) and marked.reply.says == ("Still to say: four",)


def test_points_replies_and_where_to_read_again(exam):
    """What was left empty, what can't be read and what is wrong lose their points; the dearest comes first."""
    items = list(exam.items.values())
    number, choice = (
        next(item for item in items if item.drawn.question.kind == kind) for kind in ("compute", "choose")
    )
    wrong = next(place for place, each in enumerate(choice.drawn.choices) if each.text == "no")
    given = {item.name: right(item) for item in items} | {number.name: "no idea", choice.name: [wrong]}
    del given[items[-1].name]
    covered = {item.name: range(4) for item in items if item.drawn.question.kind == "derive"}
    covered.pop(items[-1].name, None)
    marks = mark(exam, given, covered)
    replies = {each.item.name: each.reply for task in marks.tasks for each in task}
    assert replies[number.name].mark is Mark.UNREADABLE and replies[choice.name].says == ("It is not.",)
    assert replies[items[-1].name].share == 0
    lost = {item.drawn.question.read: item.points for item in (number, choice, items[-1])}
    assert marks.points == 50 - sum(lost.values())
    assert sorted(marks.read_again.values(), reverse=True) == list(marks.read_again.values())
    assert {place.partition(", ")[2]: points for place, points in marks.read_again.items()} == lost


@pytest.mark.parametrize(
    ("source", "points"), [(RIGHT_CODE, 10), ("def hann(n):\n    return np.ones(n)", 0), ("def", 0)]
)
def test_code_is_marked_by_the_check_of_its_exercise(source, points):
    """As in a notebook."""
    exam = draw_exam([CODE], 0, Blueprint((Part(kinds=("write code",)),), 5))
    assert mark(exam, {CODE.name: source}, {}).points == points


def test_every_question_that_ships_can_be_examined():
    """Drawn, answered rightly and marked in full, over many seeds; every lesson comes up."""
    there = [replace(question, points=question.points or ("all of it",)) for question in shipped()]
    lessons = set()
    for seed in range(30):
        exam = draw_exam(there, seed)
        lessons |= {lesson for task in exam.tasks for lesson in task.lessons}
        asked = [item for item in exam.items.values() if item.drawn.question.kind != "write code"]
        given = {item.name: right(item) for item in asked}
        covered = {item.name: range(99) for item in asked}
        assert mark(exam, given, covered).points == sum(item.points for item in asked)
    assert lessons == {question.lesson for question in there}
