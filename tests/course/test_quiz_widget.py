"""The quiz without a browser: what it tells after each message, and that it tells no answer too early."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from course.exam.bank import questions
from course.exam.practice import Practice
from course.exam.progress import Progress, ProgressError
from course.exam.question import Choice, Question
from course.widgets import Quiz
from tests.course.clock import Clock

COMMON = {"difficulty": 1, "minutes": 2, "read": "Step 3 · Transform"}
NUMBER = Question(
    "02_stft",
    "a-hop",
    "compute",
    **COMMON | {"read": "Step 1 · Slice"},
    text="A window of {n} ms, *half* of it?",
    unit="ms",
    solution="Half of {n} ms, SOLVED.",
    parameters=({"n": 46.6}, {"n": 93.2}),
    answers=(23.3, 46.6),
    wrong=((93.2, 186.4),),
    replies=("WRONG twice of {n}.",),
)
CHOICE = Question(
    "02_stft",
    "why",
    "choose",
    **COMMON,
    text="Why <b>?",
    choices=(Choice("so `x < 1`", "WHY right.", True), Choice("thus", "WHY not.", False)),
)
SEVERAL = Question(
    "03_mel",
    "which",
    "choose several",
    **COMMON,
    text="Which?",
    choices=(Choice("a", "WHY a.", True), Choice("b", "WHY b.", True), Choice("c", "WHY c.", False)),
)
DERIVE = Question(
    "03_mel", "show", "derive", **COMMON, text="Show it.", solution="SOLVED so.", points=("POINT 1", "POINT 2")
)
CODE = Question("02_stft", "write", "write code", **COMMON, text="Write `hann`.", exercise="hann")
QUESTIONS = (NUMBER, CHOICE, SEVERAL, DERIVE, CODE)
SECRETS = ("23.3", "SOLVED", "WRONG", "WHY", "POINT", "Step")
"""What stands in none of the questions themselves."""


@pytest.fixture
def make(tmp_path):
    def make(*asked, **given):
        progress = Progress(asked or QUESTIONS, tmp_path / "diary.jsonl", given.pop("clock", Clock()))
        return Quiz(Practice(progress, **given))

    return make


def send(quiz, wish, **more):
    """What the browser does when a hand asks for something."""
    quiz._handle_custom_msg({"turn": quiz.state["turn"], "wish": wish, "with": more}, [])
    return quiz.state


def answer(quiz, text="", *places):
    return send(quiz, "answer", text=text, places=places)


def places(quiz, *texts):
    return [place for place, choice in enumerate(quiz.practice.drawn.choices) if choice.text in texts]


def test_a_question_is_told_without_its_answer(make):
    """Of no kind does the browser get one before something was answered."""
    for question in QUESTIONS:
        quiz = make(question)
        told = json.dumps(quiz.state) + json.dumps(quiz.question) + quiz._repr_mimebundle_()[0]["text/html"]
        assert not [secret for secret in SECRETS if secret in told], question.kind


@pytest.mark.parametrize(
    ("question", "field"),
    [(NUMBER, "number"), (CHOICE, "one"), (SEVERAL, "several"), (DERIVE, "words"), (CODE, "code")],
)
def test_each_kind_has_its_field(make, question, field):
    """With the lesson, the kind, the difficulty and the time beside it."""
    told = make(question).question
    assert told["field"] == field
    assert told["about"][1:] == [question.kind, "easy", "2 min"] and told["about"][0].startswith("lesson 0")


def test_texts_are_safe_html(make):
    """In the question and in its choices."""
    told = make(CHOICE).question
    assert told["html"] == "<p>Why &lt;b&gt;?</p>"
    assert sorted(told["choices"]) == ["so <code>x &lt; 1</code>", "thus"]
    assert "<em>half</em>" in make(NUMBER).question["html"]


def test_a_right_number_is_told_with_its_way(make):
    """And written down at once."""
    quiz = make(NUMBER)
    reply = answer(quiz, "0.0233 s")["reply"]
    assert (reply["mark"], reply["word"]) == ("right", "Right")
    assert reply["answer"] == "<p><strong>23.3 ms</strong></p><p>Half of 46.6 ms, SOLVED.</p>"
    assert reply["read"] == "lesson 02, Step 1 · Slice"
    assert [each.share for each in quiz.practice.progress.answers] == [1.0]


def test_a_typical_mistake_is_told_and_the_first_answer_counts(make):
    """To try again changes nothing in the diary, nor at the end of the round."""
    quiz = make(NUMBER)
    reply = answer(quiz, "93.2")["reply"]
    assert (reply["mark"], reply["says"]) == ("wrong", ["WRONG twice of 46.6."])
    assert answer(quiz, "23.3")["reply"]["mark"] == "right"
    assert [each.share for each in quiz.practice.progress.answers] == [0.0]
    assert "0 of 1 right" in send(quiz, "next")["over"]


@pytest.mark.parametrize(("question", "text"), [(NUMBER, "hm"), (NUMBER, ""), (CHOICE, ""), (CODE, "def hann(:")])
def test_what_cannot_be_read_costs_nothing(make, question, text):
    """A request; no solution, no mark, no next question."""
    quiz = make(question)
    state = answer(quiz, text)
    assert (state["reply"]["mark"], state["reply"]["answer"], state["counted"]) == ("again", "", False)
    assert not quiz.practice.progress.answers and state["round"]["done"] == 0


def test_choices_are_judged(make):
    """Each that was chosen gets its reply, and the right one is told to who missed it."""
    quiz = make(CHOICE)
    reply = answer(quiz, "", *places(quiz, "thus"))["reply"]
    assert (reply["mark"], reply["says"]) == ("wrong", ["WHY not."])
    assert "WHY right." in reply["answer"]
    assert answer(quiz, "", *places(quiz, CHOICE.choices[0].text))["reply"]["says"] == ["WHY right."]
    several = make(SEVERAL)
    assert answer(several, "", *places(several, "a", "b"))["reply"]["mark"] == "right"


def test_a_derivation_is_marked_by_its_points(make):
    """Its model answer comes after one's own, and nothing can be marked before."""
    quiz = make(DERIVE)
    assert answer(quiz, "", 0, 1)["reply"] is None and not quiz.practice.progress.answers
    assert send(quiz, "compare", text=" \n")["reply"]["mark"] == "again" and quiz.state["points"] is None
    state = send(quiz, "compare", text="Because.")
    assert state["points"] == {"html": "<p>SOLVED so.</p>", "choices": ["POINT 1", "POINT 2"]}
    reply = answer(quiz, "Because.", 1)["reply"]
    assert (reply["mark"], reply["says"]) == ("part", ["1 of 2 points.", "Still to say: POINT 1"])
    assert [each.share for each in quiz.practice.progress.answers] == [0.5]


@pytest.mark.parametrize(
    ("source", "mark", "says"),
    [
        ("def hann(n):\n    return np.sin(np.pi * np.arange(n) / n) ** 2", "right", ""),
        ("def hann(n):\n    return np.ones(n)", "wrong", ""),
        ("raise SystemExit", "again", "SystemExit"),
        ("raise KeyboardInterrupt", "again", "was stopped"),
    ],
)
def test_code_is_run_and_cannot_end_the_quiz(make, source, mark, says):
    """What ends Python, or is stopped, costs nothing."""
    reply = answer(make(CODE), source)["reply"]
    assert reply["mark"] == mark and says in " ".join(reply["says"]).replace("<code>", "`").replace("</code>", "`")


def test_who_is_shown_the_answer_did_not_know(make):
    """Of each kind there is one."""
    for question in QUESTIONS:
        quiz = make(question)
        reply = send(quiz, "give up")["reply"]
        assert reply["mark"] == "shown" and len(reply["answer"]) > 20
        assert quiz.practice.progress.answers[-1].share == 0


def test_a_round_goes_through_all_and_ends_with_what_to_read_again(make):
    """How many are left is told on the way; each place once; and when the questions come again."""
    quiz = make()
    assert quiz.state["round"]["told"] == "1 of 5, 4 left"
    answer(quiz, "23.3 ms")
    assert quiz.state["round"] | {"done": 1, "all": 5} == quiz.state["round"]
    for _ in range(4):
        send(quiz, "next")
        send(quiz, "give up")
    assert quiz.state["round"]["told"] == "5 of 5, 0 left"
    over = send(quiz, "next")["over"]
    assert quiz.state["asks"] is False and "1 of 5 right" in over
    assert over.count("<li>lesson 02, Step 3 · Transform</li>") == over.count("<li>") - 1 == 1
    assert "Step 1" not in over
    assert "To be repeated: 4 today, 1 in " in over


def test_a_round_can_be_ended_and_begun_anew(make):
    """With one lesson, or with something else first; what was not answered does not count."""
    quiz = make()
    state = send(quiz, "finish")
    assert not state["asks"] and "Nothing was answered." in state["over"]
    state = send(quiz, "begin", lesson="03_mel", first="new")
    assert quiz.practice.drawn.question == SEVERAL and state["round"]["all"] == 2
    assert (state["round"]["lesson"], state["round"]["first"]) == ("03_mel", "new")
    state = send(quiz, "begin", lesson="", first="due")
    assert state["round"]["all"] == 5 and not quiz.practice.progress.answers


def test_other_numbers_the_next_time(make):
    """What was wrong comes again with others, once it is due."""
    clock = Clock()
    quiz = make(NUMBER, clock=clock)
    assert "46.6 ms" in quiz.question["html"]
    answer(quiz, "1")
    assert "Nothing to ask" in send(make(NUMBER, clock=clock), "begin")["over"]
    clock.time += timedelta(minutes=5)
    assert send(quiz, "begin")["round"]["done"] == 0
    assert "93.2 ms" in quiz.question["html"]


def test_a_message_of_a_page_that_is_over_changes_nothing(make):
    """Two clicks on "Next" skip no question; the page is told how things stand."""
    quiz = make()
    message = {"turn": quiz.state["turn"], "wish": "give up", "with": {}}
    quiz._handle_custom_msg(message, [])
    quiz._handle_custom_msg(message | {"wish": "next"}, [])
    assert quiz.practice.drawn.question == NUMBER and quiz.state["reply"]["mark"] == "shown"
    for message in ({}, {"wish": "run"}, {"wish": "begin", "with": {"first": "all"}}):
        turn = quiz.state["turn"]
        quiz._handle_custom_msg({"turn": turn, **message}, [])
        assert quiz.state["turn"] == turn + 1
        assert quiz.practice.drawn.question == NUMBER


def test_a_diary_that_cannot_be_written_is_told_and_the_answer_can_be_given_again(make, tmp_path):
    """Nothing is marked until it stands there."""
    quiz = make(NUMBER)
    quiz.practice.progress.path = tmp_path / "file" / "diary.jsonl"
    (tmp_path / "file").write_text("")
    state = answer(quiz, "23.3")
    assert "can't be written" in state["reply"]["says"][0] and not state["counted"]
    os.remove(tmp_path / "file")
    assert answer(quiz, "23.3")["reply"]["mark"] == "right"
    assert [each.share for each in quiz.practice.progress.answers] == [1.0]


def test_what_is_left_is_looked_up_once_a_question(make, monkeypatch):
    """The diary is read for it, and every card worked out anew."""
    asked = []
    left = Practice.left
    monkeypatch.setattr(Practice, "left", lambda practice: asked.append(1) or left(practice))
    quiz = make()
    for wish in ("give up", "next", "give up", "finish", "begin"):
        send(quiz, wish)
    assert len(asked) == 3 and quiz.state["round"]["told"] == "1 of 3, 2 left"


LATE = """
import sys
import course.widgets
late = {"pint", "fsrs"} & set(sys.modules)
print(late, "Quiz" in dir(course.widgets), course.widgets.Quiz.__name__, "MockExam" in dir(course.widgets))
course.widgets.Puzzle
"""


def test_no_lesson_waits_for_what_asks():
    """Units and the scheduler are imported with the quiz; a name that there is not is an error as ever."""
    ran = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True)
    assert ran.stdout == "set() True Quiz True\n"
    assert "AttributeError: module 'course.widgets' has no attribute 'Puzzle'" in ran.stderr


def test_lessons_that_there_are_not_are_refused(tmp_path):
    """With those that are."""
    with pytest.raises(ValueError, match=r"There are no questions of 99_none\. The lessons with questions are: "):
        Quiz(lessons="99_none", path=tmp_path / "diary.jsonl")
    with pytest.raises(ValueError, match="due, weak, new"):
        Quiz(first="all", path=tmp_path / "diary.jsonl")
    (tmp_path / "other.jsonl").write_text("not ours\n")
    with pytest.raises(ProgressError, match="Move the file away"):
        Quiz(path=tmp_path / "other.jsonl")


@pytest.mark.parametrize("kind", ["see", "hear"])
def test_what_is_seen_or_heard_is_sent_once(kind, tmp_path):
    """With the question; not again with each reply."""
    asked = next(question for question in questions() if question.kind == kind)
    quiz = Quiz(Practice(Progress([asked], tmp_path / "diary.jsonl")))
    assert "data:" in quiz.question["html"]
    sent = []
    quiz.observe(lambda change: sent.append(change.name))
    assert answer(quiz, "", 0)["reply"]["mark"] in ("right", "wrong")
    assert sent == ["state"] and "data:" not in json.dumps(quiz.state)


def test_every_question_that_ships_can_be_asked_and_shown(tmp_path):
    """With a place to read again, and an answer; pictures and sounds take too long."""
    plain = [question for question in questions() if question.kind not in ("see", "hear")]
    quiz = Quiz(Practice(Progress(plain, tmp_path / "diary.jsonl")))
    for question in plain:
        assert quiz.practice.drawn.question == question and quiz.question["html"]
        reply = send(quiz, "give up")["reply"]
        assert len(reply["answer"]) > 20 and reply["read"].startswith("lesson ")
        send(quiz, "next")
    assert f"0 of {len(plain)} right" in quiz.state["over"]


def test_where_no_kernel_runs_the_question_is_read(make):
    """And how to answer it."""
    html = make(NUMBER)._repr_mimebundle_()[0]["text/html"]
    assert "<p>A window of 46.6 ms, <em>half</em> of it?</p>" in html and "run this cell" in html
