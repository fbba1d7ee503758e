"""Exam preparation in a terminal, as one types it."""

import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course.exam.bank import questions as shipped
from course.exam.mock import Blueprint, Part, draw_exam
from course.exam.practice import Practice
from course.exam.progress import Progress
from course.exam.question import Choice, Question
from course.exam.sitting import Sitting
from course.exam.terminal.app import app
from course.exam.terminal.mock import sit
from course.exam.terminal.practise import practise
from tests.course.clock import Clock

CHOICES = (Choice("`a` is *it*", "It is.", True), Choice("[b] no", "No.", False), Choice("c", "Nor that.", False))
CHOOSE = Question("02_stft", "choose", "choose", 1, 1, "Which?", "Step 1", choices=CHOICES)
SEVERAL = replace(CHOOSE, id="several", kind="choose several", choices=(*CHOICES, Choice("d", "Too.", True)))
READ = replace(CHOOSE, id="read", kind="read code", text="A or B?\n\n    print([1][0])\n\nSay.")
NUMBER = replace(
    CHOOSE, id="number", kind="compute", choices=(), unit="ms", answers=(500.0,), solution="`half` a *second*"
)
PROOF = replace(CHOOSE, id="proof", kind="derive", choices=(), points=("first", "second"), solution="So it is.")
CODE = replace(CHOOSE, id="code", kind="write code", choices=(), exercise="hann")
SEE, HEAR = (next(question for question in shipped() if question.kind == kind) for kind in ("see", "hear"))
HANN = "def hann(window_length):\n    return np.sin(np.pi * np.arange(window_length) / window_length) ** 2"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def type_in(monkeypatch, capsys):
    """Run something with lines typed into it; gives what was printed."""

    def run(action, *lines):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        action()
        return capsys.readouterr().out

    return run


@pytest.fixture
def ask(type_in, tmp_path, clock):
    """Practise one question, or several; gives what was printed, and the diary."""

    def run(questions, *lines, first="due"):
        progress = Progress(questions, tmp_path / "diary.jsonl", clock)
        said = type_in(lambda: practise(Practice(progress, first=first)), *lines)
        return said, Progress(questions, tmp_path / "diary.jsonl", clock)

    return run


def letters(drawn, right=True):
    return "".join("abcdef"[place] for place, choice in enumerate(drawn.choices) if choice.right == right)


def shares(diary):
    return [answer.share for answer in diary.answers]


@pytest.mark.parametrize("question", [CHOOSE, SEVERAL, READ, SEE, HEAR], ids=lambda question: question.kind)
def test_choices_are_letters(ask, question):
    """One or several, however they are parted; another sign gets a request."""
    right = letters(question.draw(0))
    said, diary = ask([question], "9", "x", " , ".join(right.upper()), "")
    assert said.count("please again") == 2 and "letters from a to" in said
    assert "✔ right" in said and "1 of 1 right; 1 answer in" in said
    assert shares(diary) == [1]
    assert "*it*" not in said and "Read again: lesson 0" in said


def test_a_wrong_choice_is_explained(ask):
    """With square brackets as they stand, and where to read again."""
    drawn = CHOOSE.draw(0)
    place = next("abc"[n] for n, choice in enumerate(drawn.choices) if choice.text == "[b] no")
    said, diary = ask([CHOOSE], place, "")
    assert (
        "✎ not right" in said
        and "[b] no" in said
        and "a is it: It is." in said
        and "  No.\n" in re.sub(" +\n", "\n", said)
    )
    assert shares(diary) == [0]


def test_a_number_in_any_unit_and_nonsense(ask):
    """What can't be read costs nothing."""
    said, diary = ask([NUMBER], "", "half", "3 kg", "0,5 s", "")
    assert said.count("please again") == 3 and "I don't know the unit 'kg'" in said
    assert "✔ right" in said and "half a second" in said and shares(diary) == [1]


def test_code_is_typed_to_a_dot_or_read_from_a_file(ask, tmp_path):
    """And checked like an exercise."""
    (tmp_path / "answer.py").write_text(HANN)
    said, diary = ask([CODE], *HANN.splitlines(), ".", "")
    assert "✔ right" in said and shares(diary) == [1]
    said, diary = ask([CODE], "< nothing.py", f"< {tmp_path / 'answer.py'}", "", first="weak")
    assert "no text in a file nothing.py" in said.replace("\n", " ") and "✔ right" in said and shares(diary) == [1, 1]
    said, diary = ask([CODE], "def hann(", ".", "quit", first="weak")
    assert "can't read line 1" in said and len(shares(diary)) == 2


def test_a_derivation_is_marked_by_oneself(ask):
    """After its model answer, by numbers, all or none."""
    said, diary = ask([PROOF], "", "7", "perhaps", "2", "")
    assert said.index("So it is.") < said.index("1  first") and said.count("numbers from 1 to 2") == 2
    assert "Still to say: first" in said and shares(diary) == [0.5]
    assert shares(ask([PROOF], "", "all", "", first="weak")[1])[-1] == 1
    assert shares(ask([PROOF], "", "none", "", first="weak")[1])[-1] == 0


def test_who_is_shown_the_answer_did_not_know_it(ask):
    """And reads it at once."""
    said, diary = ask([NUMBER], "?", "")
    assert "500 ms" in said and shares(diary) == [0]


def test_to_see_or_to_hear_is_a_page(ask):
    """Which is told, and can be opened."""
    for question, sign in ((SEE, "<img"), (HEAR, "<audio")):
        said, _ = ask([question], "quit")
        page = Path(re.search(r"file://(\S+)", said)[1])
        assert sign in page.read_text()
        page.unlink()


@pytest.mark.parametrize("ending", [["quit", "a"], [], ["a", "Quit", "a"], ["a"]])
def test_one_leaves_at_any_question(ask, ending):
    """By a word, or by the end of what is typed; what was answered is kept."""
    said, diary = ask([NUMBER, CHOOSE, SEVERAL], "500", "", *ending)
    assert "You can go on at any time" in said and "of" in said
    assert shares(diary)[0] == 1 and len(shares(diary)) == 1 + (ending[:1] == ["a"])


def test_when_nothing_is_due_it_says_when(ask):
    """And how to repeat all the same."""
    ask([NUMBER], "500", "")
    said, _ = ask([NUMBER])
    assert "Nothing is due by now" in said and "--first weak" in said and "Next due: " in said


# a mock exam


def small(seed=1):
    each = Part(kinds=("compute", "choose", "derive", "write code"))
    return draw_exam([NUMBER, CHOOSE, PROOF, CODE], seed, Blueprint((each,), 4, 8))


@pytest.fixture
def sitting(tmp_path, clock):
    return Sitting.begin(small(), tmp_path / "exam.json", clock)


def back(sitting):
    return Sitting.come_back([NUMBER, CHOOSE, PROOF, CODE], sitting.path, sitting.clock)


def diary(sitting):
    return Progress([NUMBER, CHOOSE, PROOF, CODE], sitting.path.with_name("diary.jsonl"), sitting.clock)


def lines_for(sitting, tmp_path):
    """The right answers, in the order of the questions."""
    (tmp_path / "answer.py").write_text(HANN)
    by_kind = {"compute": "500", "derive": "", "write code": f"< {tmp_path / 'answer.py'}"}
    drawn = [item.drawn for item in sitting.exam.items.values()]
    return [by_kind.get(each.question.kind) if not each.choices else letters(each) for each in drawn]


def test_a_whole_exam(sitting, type_in, tmp_path):
    """Every kind answered, handed in, the derivation marked by oneself: full marks."""
    said = type_in(lambda: sit(sitting, diary(sitting)), *lines_for(sitting, tmp_path), "hand in", "all")
    assert "8 points, 4:00 min left" in said and "1.1 · 2 points" in said
    assert re.search(r"all\W+8\W+8", said) and "Read again" not in said.partition("Your mock exam")[2]
    assert "--new" in said
    # and again, from the file
    assert re.search(r"all\W+8\W+8", type_in(lambda: sit(back(sitting), diary(sitting))))
    assert shares(diary(sitting)) == [1, 1, 1, 1]


def test_who_leaves_before_a_derivation_is_marked_has_the_rest_in_the_diary(sitting, type_in, tmp_path):
    """And the derivation once it is."""
    type_in(lambda: sit(sitting, diary(sitting)), *lines_for(sitting, tmp_path), "hand in", "quit")
    assert shares(diary(sitting)) == [1, 1, 1]
    type_in(lambda: sit(back(sitting), diary(sitting)), "1")
    assert shares(diary(sitting)) == [1, 1, 1, 0.5]


def test_nothing_is_told_before_the_exam_is_handed_in(sitting, type_in):
    """Neither whether an answer is right, nor the solution; what can't be read is asked again."""
    number = next(name for name, item in sitting.exam.items.items() if item.drawn.question.kind == "compute")
    said = type_in(lambda: sit(sitting, diary(sitting)), f"go {number}", "nonsense", "499", "quit")
    assert "type a number" in said and "right" not in said and "Solution" not in said and "500" not in said
    assert back(sitting).given == {NUMBER.name: "499"}


def in_a_row(said):
    """What is said, wherever the terminal broke its lines."""
    return " ".join(said.split())


def test_one_leaves_comes_back_changes_and_hands_in(sitting, type_in, clock):
    """The clock goes on; what is open is told before the exam is handed in."""
    number = next(name for name, item in sitting.exam.items.items() if item.drawn.question.kind == "compute")
    said = type_in(lambda: sit(sitting, diary(sitting)), f"go {number}", "1")
    assert "Your answers are kept" in in_a_row(said) and "The clock goes on: 4:00 min left" in in_a_row(said)
    clock.time += timedelta(minutes=2, seconds=30)
    lines = ("go 9.9", "list", f"go {number}", "500", "hand in", "no", "hand in", "yes", "none")
    said = type_in(lambda: sit(back(sitting), diary(sitting)), *lines)
    # where nothing is answered yet
    opened = next(name for name in sitting.exam.items if name != number)
    assert re.search(r"^(1\.\d) · 2 points", said, re.MULTILINE)[1] == opened
    assert "1:30 min left" in in_a_row(said) and "There are the questions 1.1, 1.2" in in_a_row(said)
    assert "Your answer so far: 1\n" in re.sub(" +\n", "\n", said) and said.count("Hand in all the same?") == 2
    assert re.search(rf"{re.escape(number)}\s+2 points\s+compute\s+✔ 1\b", said) and "○ open" in said
    assert re.search(r"all\W+2\W+8", said) and "Left empty." in said and "(−6)" in said


def test_when_the_time_is_up_the_answer_comes_too_late(sitting, clock, monkeypatch, capsys):
    """And what was there before is marked."""

    class Slow(io.StringIO):
        """Somebody who thinks for a minute and a half before each line."""

        def readline(self, *rest):
            clock.time += timedelta(seconds=90)
            return super().readline(*rest)

    number = next(name for name, item in sitting.exam.items.items() if item.drawn.question.kind == "compute")
    monkeypatch.setattr("sys.stdin", Slow(f"go {number}\n500\na\nall\n"))
    sit(sitting, diary(sitting))
    said = capsys.readouterr().out
    assert "1:00 min left" in said and "handed in as it stood, at " in said
    assert set(back(sitting).given) == {NUMBER.name} and back(sitting).handed_in == sitting.ends
    assert re.search(r"all\W+4\W+8", said)


# the command


def run(*arguments, typed=""):
    return CliRunner().invoke(app, list(map(str, arguments)), input=typed)


def test_lessons_by_name_or_number(tmp_path):
    """And what comes first; the command need not be named."""
    diary = tmp_path / "diary.jsonl"
    for arguments in (["02_stft"], ["02"], ["practise", "02_stft/"], ["--first", "new", "02"]):
        ran = run(*arguments, "--file", diary, typed="quit\n")
        assert ran.exit_code == 0 and "lesson 02 · stft" in ran.output, ran.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["99"], "There is no lesson called 99. The lessons are: 01_sound"),
        (["--first", "last"], "due"),
        (["--file", "FOLDER/other"], "no diary of this course"),
        (["mock", "--file", "FOLDER/other"], "can't be read as a mock exam"),
        (["export", "moodle", "FOLDER/none/a.xml"], "none/a.xml: No such file or directory."),
        (["export", "anki", "FOLDER/none/a.apkg"], "none/a.apkg: No such file or directory."),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(tmp_path, arguments, says):
    """Without a traceback, and nothing is written over."""
    (tmp_path / "other").write_text("my notes")
    ran = run(*(each.replace("FOLDER", str(tmp_path)) for each in arguments))
    assert ran.exit_code > 0 and isinstance(ran.exception, SystemExit)
    assert says in " ".join(ran.output.split())
    assert (tmp_path / "other").read_text() == "my notes"


def test_a_mock_exam_is_gone_on_with(tmp_path):
    """By the same command; another seed, or another exam, is asked for by name."""
    file = ["--file", tmp_path / "exam.json"]
    assert "Mock exam 5: 50 points" in run("mock", "--seed", 5, *file, typed="quit\n").output
    assert "Mock exam 5: 50 points" in run("mock", *file).output
    refused = run("mock", "--seed", 6, *file)
    assert refused.exit_code == 1 and "Mock exam 5 is still in" in refused.output
    assert "Mock exam 6: 50 points" in run("mock", "--seed", 6, "--new", *file).output


def test_pages_and_exports_are_written(tmp_path):
    """The same seed on both pages; nothing else is begun."""
    page, solutions = tmp_path / "exam.html", tmp_path / "solutions.html"
    assert run("mock", "--seed", 4, "--page", page, "--solutions", solutions).exit_code == 0
    assert "Mock exam 4" in page.read_text() and "solutions 4" in solutions.read_text()
    assert f"{len(shipped())} notes are in" in run("export", "anki", tmp_path / "a.apkg").output
    assert " questions are in" in run("export", "moodle", tmp_path / "a.xml").output
    assert {each.name for each in tmp_path.iterdir()} == {"exam.html", "solutions.html", "a.apkg", "a.xml"}


@pytest.fixture
def terminal(tmp_path):
    """Practise in a real terminal; gives the process, and what waits until it has printed something."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "course", "exam", "02", "--file", tmp_path / "diary.jsonl"]
    said = bytearray()

    def wait_for(text):
        end = time.monotonic() + 60
        while text not in said and time.monotonic() < end and select.select([ours], [], [], 60)[0]:
            said.extend(os.read(ours, 4096))
        assert text in said, said.decode(errors="replace")
        del said[: said.index(text)]

    # whoever starts the tests in the background has it ignored
    heed = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler)}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, **heed) as process:
        os.close(theirs)
        yield process, ours, wait_for
        process.kill()
    os.close(ours)


def test_ctrl_c_in_a_real_terminal_leaves_politely(terminal, tmp_path):
    """With the diary kept, a sum at the end and status 0; bytes that are no text stop nothing."""
    process, ours, wait_for = terminal
    wait_for(b" > ")
    os.write(ours, b"\xff\xfe\n")
    wait_for(b"please again")
    os.write(ours, b"?\n")
    wait_for(b"Enter for the next one ")
    process.send_signal(signal.SIGINT)
    while not select.select([ours], [], [], 5)[0]:
        # it came after the prompt, but before anything was waited for: one presses again
        process.send_signal(signal.SIGINT)
    wait_for(b"You can go on at any time")
    wait_for(b"0 of 1 right")
    assert process.wait(20) == 0
    assert shares(Progress(shipped(), tmp_path / "diary.jsonl")) == [0]


def test_any_bytes_and_any_encoding_are_borne(tmp_path):
    """What can't be read is asked again; what can't be shown is a question mark."""
    command = [sys.executable, "-m", "course", "exam", "02", "--file", tmp_path / "diary.jsonl"]
    encoding = os.environ | {"PYTHONIOENCODING": "ascii"}
    ran = subprocess.run(command, input=b"\xff\xfe\n1\n\nquit\n", capture_output=True, env=encoding, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"please again" in ran.stdout and b"0 of 1 right" in ran.stdout
