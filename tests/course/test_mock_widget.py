"""The mock exam without a browser: what it tells after each message, what is kept, what is marked."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from course.exam.bank import questions
from course.exam.exam_file import exam_path
from course.exam.mock import Blueprint, ExamError, Part
from course.exam.progress import Progress
from course.exam.sitting import Sitting
from course.widgets import MockExam
from tests.course.clock import Clock
from tests.course.test_quiz_widget import CHOICE, CODE, DERIVE, NUMBER, SECRETS, SEVERAL

HANN = "def hann(n):\n    return np.sin(np.pi * np.arange(n) / n) ** 2"
TASKS = Blueprint((Part(("02_stft",)), Part(("03_mel",))), minutes=12)
PROOF = replace(DERIVE, minutes=4)
ASKED = (NUMBER, CHOICE, SEVERAL, PROOF, CODE)


HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make(tmp_path, clock):
    def make(blueprint=TASKS, asked=ASKED, **given):
        return MockExam(Progress(asked, tmp_path / "diary.jsonl", clock), 3, blueprint, **given)

    return make


@pytest.fixture
def begun(make):
    exam = make()
    send(exam, "begin")
    return exam


def send(exam, wish, draft=None, **more):
    """What the browser does when a hand asks for something."""
    message = {"exam": exam.state["exam"], "wish": wish, "with": more, "draft": draft}
    exam._handle_custom_msg(message, [])
    return exam.state


def number_of(exam, question):
    return next(number for number, item in exam.desk.items.items() if item.drawn.question == question)


def keep(exam, question, text="", *texts, final=False):
    """Type or choose an answer."""
    number = number_of(exam, question)
    choices = exam.desk.items[number].drawn.choices
    places = [place for place, choice in enumerate(choices) if choice.text in texts]
    return send(exam, "keep", {"number": number, "text": text, "places": places, "final": final})


def told(exam):
    """All that a browser has."""
    return json.dumps([exam.state, exam.question]) + exam._repr_mimebundle_()[0]["text/html"]


def hand_in(exam):
    send(exam, "go", to="hand in")
    return send(exam, "hand in")


def answer_all(exam):
    """Rightly; the derivation in words."""
    keep(exam, NUMBER, "0,0233 s" if "46.6 ms" in exam.desk.items[number_of(exam, NUMBER)].drawn.text else "46.6")
    keep(exam, CHOICE, "", "so `x < 1`")
    keep(exam, SEVERAL, "", "a", "b")
    keep(exam, PROOF, "Because.")
    return keep(exam, CODE, HANN)


def outcomes(exam):
    return {item["number"]: item["mark"] for task in exam.state["tasks"] for item in task["items"]}


def test_before_it_begins_the_tasks_and_the_rules_are_told(make, tmp_path):
    """By their lessons and points, with the time and the file; nothing is written yet, and no clock runs."""
    exam = make()
    html = exam.state["page"]["html"]
    assert "12 minutes, 20 points." in html and "<td>Task 2</td><td>lesson 03 · mel</td><td>2</td><td>10</td>" in html
    assert str(tmp_path / "mock_exam.json") in html and exam.state["ends"] is None
    assert not (tmp_path / "mock_exam.json").exists() and repr(exam) == "MockExam(3, not begun)"


def test_no_answer_is_told_before_it_is_handed_in(begun):
    """On no page, whatever was answered; afterwards on each question's."""
    answer_all(begun)
    pages = [*begun.desk.items, "hand in"]
    shown = {page: send(begun, "go", to=page)["page"]["name"] and told(begun) for page in pages}
    for page, text in shown.items():
        assert not [secret for secret in SECRETS if secret in text], page
    hand_in(begun)
    send(begun, "go", to=number_of(begun, NUMBER))
    assert "SOLVED" in told(begun) and "Step 1" in told(begun)


def test_answers_are_kept_at_once_and_can_be_changed(begun, make):
    """In the file, so that another notebook has them; and taken back."""
    number = number_of(begun, NUMBER)
    for text in ("1", "12", ""):
        keep(begun, NUMBER, text)
        assert send(begun, "go", to=number)["page"]["given"] == {"text": text, "places": []}
        assert send(make(), "go", to=number)["page"]["given"]["text"] == text
    state = keep(begun, CHOICE, "", "thus")
    assert state["told"] == "1 of 5 answered" and state["kept"]
    assert {outcomes(begun)[number_of(begun, each)] for each in (CHOICE, SEVERAL)} == {"given", "open"}


def test_one_comes_back_to_what_is_open_while_the_clock_goes_on(begun, make, clock):
    """The same questions, and as much time less."""
    keep(begun, begun.desk.items["1.1"].drawn.question, "1", "thus", "so `x < 1`")
    clock.after(5)
    back = make()
    assert back.state["page"]["name"] == "1.2" and back.state["exam"] == begun.state["exam"]
    assert back.state["ends"] - back.state["now"] == 7 * 60 * 1000
    assert repr(back) == "MockExam(3, under way)"


def test_what_cannot_be_read_is_told_when_its_field_is_left(begun):
    """Not while it is typed; whoever goes on is held once; no word on whether another one is right."""
    number = number_of(begun, NUMBER)
    send(begun, "go", to=number)
    assert keep(begun, NUMBER, "hm")["page"]["reply"] is None
    reply = keep(begun, NUMBER, "hm", final=True)["page"]["reply"]
    assert reply["mark"] == "again" and "number in ms" in reply["says"][0]
    assert keep(begun, NUMBER, "99", final=True)["page"]["reply"] is None
    keep(begun, NUMBER, "hm")
    held = send(begun, "leave", to="2.1")["page"]
    assert held["name"] == number and held["reply"]["mark"] == "again" and outcomes(begun)[number] == "again"
    assert send(begun, "leave", to="2.1")["page"]["name"] == "2.1"


def test_before_it_is_handed_in_what_is_open_is_told(begun):
    """And what can't be read; it is asked once more, and nothing else hands it in."""
    keep(begun, NUMBER, "hm")
    keep(begun, CHOICE, "", "thus")
    assert send(begun, "hand in")["works"]
    html = send(begun, "go", to="hand in")["page"]["html"]
    assert "No answer yet in 3 of 5 questions" in html and "would earn nothing" in html
    assert f'data-number="{number_of(begun, SEVERAL)}"' in html and "number in ms" in html
    assert send(begun, "go", to="marks")["page"]["name"] == "hand in"
    state = send(begun, "hand in")
    assert not state["works"] and state["page"]["name"] == "marks"
    assert not keep(begun, SEVERAL, "", "a")["works"] and "no answer counts any more" in begun.state["message"]


def test_marks_by_task_and_question(begun):
    """With replies, solutions, what to read again; a derivation is marked by oneself, and once."""
    answer_all(begun)
    keep(begun, CHOICE, "", "thus")
    state = hand_in(begun)
    proof, choice = number_of(begun, PROOF), number_of(begun, CHOICE)
    html = state["page"]["html"]
    lost = begun.desk.items[choice].points
    assert state["told"] == f"{20 - lost - 6.5:g} of 20 points"
    assert f'Still to be marked by you:</strong> <button type="button" data-number="{proof}"' in html
    assert html.count("<li>") == 1 and f"lesson 02, Step 3 · Transform <small>({lost:g} points lost)" in html
    assert outcomes(begun) == {n: {choice: "wrong", proof: "mine"}.get(n, "right") for n in begun.desk.items}
    page = send(begun, "go", to=choice)["page"]
    assert page["reply"]["says"] == [f"0 of {lost:g} points.", "WHY not."] and "WHY right." in page["reply"]["answer"]
    page = send(begun, "go", to=proof)["page"]
    assert page["covers"]["choices"] == ["POINT 1", "POINT 2"] and page["given"]["text"] == "Because."
    page = send(begun, "cover", number=proof, places=[1, 7])["page"]
    assert page["covers"] is None and page["reply"]["says"] == [
        "3.25 of 6.5 points.",
        "1 of 2 points.",
        "Still to say: POINT 1",
    ]
    send(begun, "cover", number=proof, places=[0, 1])
    state = send(begun, "go", to="marks")
    assert state["told"] == f"{20 - lost - 3.25:g} of 20 points" and "Still to be marked" not in state["page"]["html"]


def test_what_came_of_it_is_in_the_diary_once(begun, make):
    """By whichever window, and however often it is opened; the derivation once it is marked."""
    answer_all(begun)
    keep(begun, CHOICE, "", "thus")
    hand_in(begun)
    others = [make(), make()]
    for exam in (*others, begun):
        send(exam, "cover", number=number_of(exam, PROOF), places=[0, 1])
    progress = make().desk.progress
    assert {each.question: each.share for each in progress.answers} == {
        question.name: float(question is not CHOICE) for question in ASKED
    }
    assert len(progress.answers) == 5


def test_a_diary_that_cannot_be_written_costs_no_marks(begun, tmp_path):
    """It is told, and tried again."""
    answer_all(begun)
    progress = begun.desk.progress
    progress.path = tmp_path / "mock_exam.json" / "diary.jsonl"
    state = hand_in(begun)
    assert "not in the diary yet" in state["message"] and state["told"] == "13.5 of 20 points"
    progress.path = tmp_path / "diary.jsonl"
    assert send(begun, "look")["message"] == "" and len(progress.answers) == 4


def test_when_the_time_is_up_it_is_handed_in_as_it_stands(begun, make, clock):
    """With what was typed before, and not with what comes after."""
    keep(begun, NUMBER, "1")
    clock.after(12)
    state = keep(begun, CHOICE, "", "so `x < 1`")
    assert "The time is up. The exam was handed in as it stood" in state["message"]
    assert state["page"]["name"] == "marks" and state["told"] == "0 of 20 points"
    assert outcomes(begun)[number_of(begun, CHOICE)] == "empty" and repr(begun) == "MockExam(3, handed in)"
    clock.after(5000)
    assert make().state["page"]["name"] == "marks" and len(make().desk.progress.answers) == 1


def test_the_time_may_be_up_at_any_moment(make, clock):
    """Also while a message is answered: the page is one of before or of after, and the next one is of after."""
    for calls in range(12):
        exam = make()
        send(exam, "begin")
        keep(exam, NUMBER, "1")
        times = iter([clock() + timedelta(minutes=11.9)] * calls)
        exam.desk.sitting.clock = exam.desk.progress.clock = lambda times=times: next(times, clock() + HOUR)
        assert send(exam, "go", to="2.1")["page"]["name"] in ("2.1", "marks"), calls
        list(times)
        assert send(exam, "look")["page"]["name"] == "marks" and not exam.state["works"]
        exam.desk.progress.clock = clock
        clock.time += 2 * HOUR


def test_two_windows_lose_nothing(begun, make):
    """Each sees what the other wrote; one that is handed in is so in both."""
    other = make()
    keep(begun, NUMBER, "1")
    state = keep(other, CHOICE, "", "thus")
    assert state["told"] == "2 of 5 answered"
    assert send(other, "go", to=number_of(other, NUMBER))["page"]["given"]["text"] == "1"
    hand_in(begun)
    assert "no answer counts any more" in keep(other, SEVERAL, "", "a")["message"]
    assert other.state["page"]["name"] == "marks" and other.state["told"] == begun.state["told"]


def test_an_exam_that_another_window_has_begun_is_gone_on_with(make, clock):
    """Neither a page from before it, nor one of the exam before, writes over it."""
    exam, late = make(), make()
    send(exam, "begin")
    keep(exam, NUMBER, "1")
    assert send(late, "begin")["told"] == "1 of 5 answered"
    hand_in(exam)
    clock.after(1)
    assert send(exam, "another")["page"]["name"] == "begin" and "are gone then" in exam.state["page"]["html"]
    state = send(exam, "begin")
    assert state["works"] and state["told"] == "0 of 5 answered"
    state = keep(late, CHOICE, "", "thus")
    assert "begun in another window" in state["message"] and state["exam"] == exam.state["exam"]
    assert Sitting.come_back(ASKED, exam.desk.path, clock).given == {}
    # what was typed for the exam before is not an answer in this one
    message = {"exam": "before", "draft": {"number": "1.1", "text": "1", "places": [0]}, "wish": "hand in"}
    late._handle_custom_msg(message, [])
    assert late.state["told"] == "0 of 5 answered" and late.state["works"]


def test_a_damaged_file_is_told_and_put_aside(begun, make, tmp_path):
    """With the copy beside it one goes on; without it one may begin anew, and nothing is written over."""
    path = tmp_path / "mock_exam.json"
    keep(begun, NUMBER, "1")
    path.write_text("{")
    exam = make()
    assert "put aside as mock_exam.damaged.json" in exam.state["message"] and exam.state["works"]
    path.write_text("my notes")
    for previous in tmp_path.glob("*.previous.json"):
        previous.write_text("")
    exam = make()
    assert "can't be read as a mock exam" in exam.state["message"] and exam.state["page"]["name"] == "begin"
    assert path.read_text() == "my notes"
    state = send(exam, "begin")
    assert "put aside as mock_exam.damaged.2.json" in state["message"] and state["works"]
    assert (tmp_path / "mock_exam.damaged.2.json").read_text() == "my notes"


def test_a_file_of_something_else_is_left_alone(make, tmp_path):
    """A diary, or an exam of a newer course."""
    for text in ('{"resound": "exam progress"}', '{"resound": "mock exam", "version": 99}'):
        path = tmp_path / "other.json"
        path.write_text(text)
        exam = make(path=path)
        for _ in range(2):
            assert "give another path" in exam.state["message"] or "newer version" in exam.state["message"]
            send(exam, "begin")
        assert not exam.state["works"] and path.read_text() == text


def test_what_cannot_be_written_can_be_tried_again(begun, tmp_path):
    """It stays in the browser, and counts once it stands in the file."""
    begun.desk.sitting.path = tmp_path / "mock_exam.json" / "exam.json"
    state = keep(begun, NUMBER, "1")
    assert "can't be written down" in state["message"] and not state["kept"] and state["told"] == "0 of 5 answered"
    begun.desk.sitting.path = tmp_path / "mock_exam.json"
    assert keep(begun, NUMBER, "1")["told"] == "1 of 5 answered"


def test_messages_that_make_no_sense_change_nothing(begun):
    """Other questions, other places, other wishes, twice the same."""
    state = send(begun, "begin")
    for wish, draft, more in [
        ("run", None, {}),
        ("go", None, {"to": "9.9"}),
        ("go", None, {}),
        ("cover", None, {"number": "1.1", "places": [0]}),
        ("keep", {"number": "9.9", "text": "1"}, {}),
        ("another", None, {}),
    ]:
        assert send(begun, wish, draft, **more)["page"] == state["page"]
    begun._handle_custom_msg({}, [])
    assert begun.state["told"] == "0 of 5 answered"
    number = number_of(begun, CHOICE)
    send(begun, "keep", {"number": number, "places": [0, 17, -1]})
    assert begun.desk.sitting.given[CHOICE.name] == [0]


def test_code_is_judged_by_the_check_and_only_afterwards(begun, tmp_path):
    """What is half-written is never run."""
    ran = tmp_path / "ran"
    keep(begun, CODE, f"open({str(ran)!r}, 'w')\ndef hann(n): return np.ones(n)", final=True)
    number = number_of(begun, CODE)
    send(begun, "leave", to="hand in")
    assert not ran.exists()
    hand_in(begun)
    assert ran.exists() and outcomes(begun)[number] == "wrong"
    assert len(send(begun, "go", to=number)["page"]["reply"]["says"][1]) > 20


def test_too_few_questions_are_told_at_once(make):
    """With the way out."""
    with pytest.raises(ExamError, match="too few questions for task"):
        make(blueprint=None)


def test_an_exam_of_the_questions_that_ship(tmp_path, clock):
    """Ninety minutes, five tasks, fifty points, beside the diary; each page can be shown, before and after."""
    plain = [question for question in questions() if question.kind not in ("see", "hear")]
    exam = MockExam(Progress(plain, tmp_path / "diary.jsonl", clock), seed=5)
    assert "90 minutes, 50 points." in exam.state["page"]["html"] and len(exam.desk.coming.tasks) == 5
    send(exam, "begin")
    assert exam_path(tmp_path / "diary.jsonl").exists()
    for number in exam.desk.items:
        assert send(exam, "go", to=number)["page"]["title"] == f"Question {number}" and exam.question["html"]
    hand_in(exam)
    for number, item in exam.desk.items.items():
        page = send(exam, "go", to=number)["page"]
        assert page["covers"] if item.drawn.question.points else len(page["reply"]["answer"]) > 20


@pytest.mark.parametrize("kind", ["see", "hear"])
def test_what_is_seen_or_heard_is_sent_once(kind, tmp_path, clock):
    """With its question; not with each answer."""
    asked = next(question for question in questions() if question.kind == kind)
    progress = Progress([asked], tmp_path / "diary.jsonl", clock)
    exam = MockExam(progress, 1, Blueprint((Part(),), asked.minutes))
    send(exam, "begin")
    assert "data:" in exam.question["html"]
    sent = []
    exam.observe(lambda change: sent.append(change.name))
    keep(exam, asked, "", *(choice.text for choice in exam.desk.items["1.1"].drawn.choices))
    assert sent == ["state"] and "data:" not in json.dumps(exam.state)
    hand_in(exam)
    assert "data:" in (send(exam, "go", to="1.1") and exam.question["html"])


def test_where_no_kernel_runs_it_says_what_it_is(make):
    """The tasks, and how to sit it."""
    html = make()._repr_mimebundle_()[0]["text/html"]
    assert "12 minutes, 20 points" in html and "run this cell" in html
