"""Submissions in a real sandbox: what is run, judged, shown, and what survives a crash."""

import json
import re

import pytest

from autograder import marking
from autograder.demo import make_class
from autograder.regrade import Earlier, told
from autograder.sandbox.limits import Limits
from autograder.stubs import without_marks
from autograder.workshop import Environment, Workshop, exercise_of
from tests.conftest import COURSE, LESSONS

LESSON = LESSONS["02_stft"]
USUAL = Limits()
BRIEF = Limits(call_seconds=1.0, cell_seconds=2.0)
"""For what does not end."""
PERFECT = {name: exercise.source for name, exercise in LESSON.exercises.items()}
FULL = {name: exercise.points for name, exercise in LESSON.exercises.items()}


@pytest.fixture(scope="module")
def workshop():
    environment = Environment(unsafe=False)
    yield Workshop(COURSE, LESSON, "a seed", environment)
    environment.close()


def notebook(workshop, answers=None, own=None):
    """The cells of somebody who wrote these answers, and cells of their own before some of the exercises."""
    answers, own = PERFECT | (answers or {}), own or {}
    cells = []
    for cell in json.loads(json.dumps(workshop.released["cells"])):
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in own:
            cells.append({"cell_type": "code", "id": "own", "metadata": {}, "source": own[name], "outputs": []})
        if name in answers:
            cell["source"] = without_marks(answers[name])
        cells.append(cell)
    return cells


def mark(workshop, answers=None, own=None, limits=USUAL):
    cells = notebook(workshop, answers, own)
    marked = marking.mark(workshop, cells, limits)
    return cells, {name: verdict.points for name, verdict in marked.verdicts.items()}, marked


def shown(cells, source):
    """Everything that the cell with that source shows, in one text."""
    (cell,) = [cell for cell in cells if cell["cell_type"] == "code" and source in cell["source"]]
    return json.dumps(cell["outputs"])


def test_a_perfect_notebook_earns_everything(workshop):
    """And shows what it draws, plays and prints."""
    cells, points, _ = mark(workshop)
    assert points == FULL
    outputs = json.dumps([cell["outputs"] for cell in cells if cell["cell_type"] == "code"])
    assert "data:image/png;base64" in outputs and "data:audio/wav;base64" in outputs
    assert not [each for cell in cells for each in cell.get("outputs", []) if each["output_type"] == "error"]


def test_marks_stand_where_nbgrader_looks_for_them(workshop):
    """One number as the result of each graded cell; no cell of a student's can put one there."""
    cells, _, _ = mark(workshop, {"hann": "def hann(n):\n    return 1"})
    results = {
        exercise_of(cell): [each["data"]["text/plain"] for each in cell["outputs"] if "execution_count" in each]
        for cell in cells
        if exercise_of(cell)
    }
    assert results == {name: [str(0.0 if name == "hann" else points)] for name, points in FULL.items()}


@pytest.mark.parametrize(
    "deadly",
    ["import os; os._exit(1)", "import os; os.abort()", "import ctypes; ctypes.string_at(0)", "quit()", "exit(3)"],
)
def test_a_cell_that_ends_the_process_costs_itself_alone(workshop, deadly):
    """The rest is run in a fresh process, which has what came before."""
    _, points, _ = mark(workshop, own={"get_stft": deadly})
    assert points == FULL


def test_a_function_that_ends_the_process_costs_its_exercise_alone(workshop):
    """Also in the middle of judging."""
    _, points, _ = mark(workshop, {"hann": "def hann(n):\n    import os\n    os._exit(0)"})
    assert points == FULL | {"hann": 0}


def test_a_notebook_that_keeps_ending_its_process_is_left_alone(workshop, monkeypatch):
    """What was judged before keeps its marks."""
    monkeypatch.setattr(marking, "MOST_DEATHS", 3)
    ends = {name: "import os; os._exit(1)" for name in ("get_stft", "get_spectrogram", "to_db")}
    cells, points, _ = mark(workshop, own=ends)
    assert points == {
        name: FULL[name] if name in ("slice_into_frames", "hann", "get_stft", "get_spectrogram") else 0 for name in FULL
    }
    assert "ended the notebook's process 3 times" in shown(cells, "check(to_db)")


def test_a_cell_that_does_not_end_is_stopped_and_told(workshop):
    """Whoever can be interrupted keeps the process."""
    cells, points, marked = mark(workshop, own={"hann": "while True:\n    pass"}, limits=BRIEF)
    assert points == FULL
    assert "stopped after 2 s" in shown(cells, "while True") and marked.broken_limits == ["time"]


def test_a_cell_that_swallows_interrupts_is_ended_and_told(workshop):
    """With its process; the rest goes on in another."""
    swallows = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
    cells, points, _ = mark(workshop, own={"hann": swallows}, limits=BRIEF)
    assert points == FULL
    assert "took longer than 2 s, and did not stop" in shown(cells, "while True")


def test_a_function_that_does_not_end_costs_its_exercise_alone(workshop):
    """And is told so, without a line of ours."""
    cells, points, _ = mark(workshop, {"hann": "def hann(n):\n    while True:\n        pass"}, limits=BRIEF)
    assert points == FULL | {"hann": 0}
    assert "did not finish in time" in shown(cells, "check(hann)") and "Traceback" not in shown(cells, "check(hann)")


def test_a_wrong_answer_costs_nothing_in_what_builds_on_it(workshop):
    """The reference stands in for it, from a process that the student's can't see."""
    _, points, _ = mark(workshop, {"slice_into_frames": "def slice_into_frames(*given):\n    return 3"})
    assert points == FULL | {"slice_into_frames": 0}


def test_a_stand_in_answers_only_for_earlier_exercises(workshop):
    """Whoever asks for the answer of this very exercise, or a later one, is told that there is none."""
    asks = "def hann(n):\n    return slice_into_frames.__globals__['get_stft'](np.ones(8), n, 1)"
    cells, points, _ = mark(
        workshop, {"hann": asks, "get_stft": "def get_stft(*given):\n    return hann(8)"}, limits=BRIEF
    )
    assert points["hann"] == points["get_stft"] == 0
    assert "NameError" in shown(cells, "check(hann)") or "KeyError" in shown(cells, "check(hann)")


def test_hostile_arguments_of_a_stand_in_hurt_nobody(workshop):
    """The reference works on them in a sandbox, not in the grader."""
    bomb = "def get_stft(x, n, h):\n    slice_into_frames(np.ones(10), 10**9, 1)\n    return 1"
    wrong = "def slice_into_frames(*given):\n    return 3"
    limits = Limits(call_seconds=5.0, notebook_seconds=60.0, memory_bytes=200 << 20)
    _, points, _ = mark(workshop, {"slice_into_frames": wrong, "get_stft": bomb}, limits=limits)
    assert points == FULL | {"slice_into_frames": 0, "get_stft": 0}


@pytest.mark.parametrize(
    "cell, says",
    [
        ("import os\nwhile True:\n    os.fork()", "started more than"),
        ("kept = []\nwhile True:\n    kept.append(bytearray(b'x') * 10_000_000)", "MemoryError|MB of memory"),
        ("while True:\n    print('x' * 1000)", "it printed 2 MB"),
        (
            "n = 0\nwhile True:\n    n += 1\n    open(f'/tmp/{n}', 'wb').write(bytes(10**6))",
            "wrote more than|No space left",
        ),
    ],
    ids=["processes", "memory", "output", "disk"],
)
def test_a_bomb_is_told_which_limit_it_met(workshop, cell, says):
    """Every limit has its words, and costs nothing but the cell."""
    limits = Limits(
        cell_seconds=5.0,
        memory_bytes=300 << 20,
        disk_bytes=20 << 20,
        output_bytes=100_000,
        endless_output_bytes=2_000_000,
        processes=8,
    )
    cells, points, _ = mark(workshop, own={"hann": cell}, limits=limits)
    assert points == FULL
    assert re.search(says, shown(cells, cell))


@pytest.mark.parametrize(
    "cell",
    [
        "import os\nfor _ in range(10):\n    if os.fork() == 0:\n        break",
        "import os\nfor _ in range(6):\n    os.fork()\nraise OSError",
        "import subprocess\nleft = [subprocess.Popen(['sleep', '60']) for _ in range(10)]",
    ],
    ids=["copies", "copies of copies", "programs"],
)
def test_what_a_cell_leaves_behind_is_its_own_fault(workshop, cell):
    """Also if it has ended before anybody counted: no later cell is blamed, and it is not run again with them."""
    cells, points, marked = mark(workshop, own={"hann": cell}, limits=Limits(processes=8))
    assert points == FULL and marked.broken_limits == ["processes"]
    assert "It started more than 8 processes." in shown(cells, cell)


def test_a_copy_of_the_process_answers_nobody(workshop):
    """What a forked child shows is not heard; its parent goes on."""
    cell = "import os\nchild = os.fork() == 0\nprint('child' if child else 'parent')"
    cells, points, marked = mark(workshop, own={"hann": cell, "to_db": "print('still the', child)"})
    assert points == FULL and marked.broken_limits == []
    assert "parent" in shown(cells, "os.fork") and "still the False" in shown(cells, "still the")


def test_a_cell_that_ends_the_process_when_run_again_is_left_out(workshop, monkeypatch):
    """Not tried over and over: it costs one process, and no marks."""
    monkeypatch.setattr(marking, "MOST_DEATHS", 3)
    counts = "plainly, calls = slice_into_frames, []\ndef slice_into_frames(*given):\n    calls.append(given)\n"
    answers = {"slice_into_frames": f"{PERFECT['slice_into_frames']}\n{counts}    return plainly(*given)"}
    # a fresh process is given the cells, and not the judge's calls
    own = {"hann": "import os\nif len(calls) < 5:\n    os._exit(1)", "get_stft": "import os; os._exit(1)"}
    cells, points, _ = mark(workshop, answers, own)
    assert points == FULL
    assert "run without this cell" in shown(cells, "len(calls)")


def test_much_output_is_cut_and_said(workshop):
    """An honest student who prints a lot loses the end of it, nothing else."""
    cells, points, _ = mark(
        workshop, own={"hann": "print('y' * 300_000); answer = 42"}, limits=Limits(output_bytes=100_000)
    )
    assert points == FULL
    assert "Only the first 0.1 MB" in shown(cells, "'y' *") and shown(cells, "'y' *").count("y") < 110_000


def test_neighbours_share_nothing(workshop):
    """Files, modules, variables, random numbers: each submission begins as the first did."""
    imports, draws = "import sys, pathlib, random\n", "print('drew', random.random())"
    leaves = f"{imports}pathlib.Path('/tmp/left').write_text('x')\nsys.modules['left'] = left = 1\n{draws}"
    looks = f"{imports}print(pathlib.Path('/tmp/left').exists(), 'left' in sys.modules, 'left' in globals())\n{draws}"
    first, _, _ = mark(workshop, own={"hann": leaves})
    second, _, _ = mark(workshop, own={"hann": looks})
    assert "False False False" in shown(second, "exists()")
    assert shown(first, "write_text").split("drew")[1] != shown(second, "exists()").split("drew")[1]


def test_honest_ways_lose_nothing(workshop):
    """Every work of the demonstration class has its marks here as well."""
    for work in make_class(LESSON):
        if work.student.startswith("writes_"):
            assert mark(workshop, work.answers)[1] == FULL, work.student


def test_what_was_judged_before_holds_until_the_pass_of_an_earlier_exercise_changes(workshop):
    """A verdict is taken over with what was shown; after one that was passed then and is not now, all are judged."""
    _, _, first = mark(workshop)
    told_of = {name: told(verdict, workshop.versions[name]) for name, verdict in first.verdicts.items()}
    marked = {name: [{"output_type": "stream", "name": "stdout", "text": f"as {name} was"}] for name in FULL}
    earlier = {name: Earlier(told_of[name], marked[name]) for name in FULL}
    second = LESSON.exercises["hann"]
    faulty = {"hann": second.faulty_source(second.misconceptions[0])}

    def kept(earlier, answers=None):
        cells = notebook(workshop, answers)
        marking.mark(workshop, cells, USUAL, earlier)
        return [name for name in FULL if f"as {name} was" in json.dumps(cells)]

    names = list(FULL)
    assert names.index("hann") == 1
    outdated = Earlier(earlier["hann"].told | {"version": "old"}, marked["hann"])
    assert kept(earlier) == names
    assert kept(earlier | {"hann": outdated}) == [name for name in names if name != "hann"]
    assert kept(earlier | {"hann": outdated}, faulty) == names[:1]
    assert kept({name: each for name, each in earlier.items() if name != "hann"}) == names[:1]
