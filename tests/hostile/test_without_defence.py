"""Each defence is needed: the same attack, with that one defence off, gets what it wants."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

import contextlib
import copy
import os
import pickle
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder import stock
from autograder.marking import mark
from autograder.pipeline import Order, _workshop, grade_submission
from autograder.salvage import salvage
from autograder.sandbox.inside import wire
from autograder.sandbox.limits import Limits
from tests.conftest import COURSE
from tests.hostile.attack import QUICK, RELEASED, Attack, Result, code, handed_in, order_of, source_of
from tests.hostile.catalogue import browser, files, library, network, resources
from tests.hostile.world import CANARY, World

TASK = {
    "nbgrader": {
        "grade": False,
        "grade_id": "double",
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
}
TEST = {
    "nbgrader": {
        "grade": True,
        "grade_id": "test",
        "locked": True,
        "points": 2,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
}
FOUND = 'print("FOUND" if __import__("os").path.exists("{0}") else "nothing"); open("{0}", "w").close()'


def attack_named(family: list[Attack], name: str) -> Attack:
    """An attack of the catalogue."""
    return next(attack for attack in family if attack.name == name)


def run_raw(source: str, limits: Limits, order: Order) -> dict:
    """What a cell gives as the sandbox sends it: nobody has looked at it."""
    with _workshop(order).sandbox.open(limits) as process:
        return process.run(textwrap.dedent(source))


# --- limits


@pytest.mark.parametrize(
    ("name", "wider"),
    [
        ("memory of many children", {"memory_bytes": 2 << 30}),
        ("disk", {"disk_bytes": 512 << 20}),
        ("many files", {"disk_bytes": 128 << 20}),
        ("numbers of files", {}),
    ],
)
def test_limits_of_room(name: str, wider: dict, world: World, warm: int, honest_order: Order) -> None:
    """Memory and disk are taken where the limit is wider: it is the limit that ends the attack."""
    attack = attack_named(resources.ATTACKS, name)
    source = source_of(attack.cells[0])
    if name == "numbers of files":
        source = source.replace("20_000", "5_000")
    ran = run_raw(source, replace(attack.limits, **wider, cell_seconds=20.0), honest_order)
    assert "HELD" in str(ran["outputs"])


def test_limits_of_processes(warm: int, honest_order: Order) -> None:
    """As many processes are started as the limit allows."""
    source = """
        import os, time
        for _ in range(45):
            if os.fork() == 0: time.sleep(30)
        time.sleep(0.5)
        print("HELD")
    """
    assert "HELD" in str(run_raw(source, replace(QUICK, processes=60), honest_order)["outputs"])
    with pytest.raises(Exception, match="more than 32 processes"):
        run_raw(source, QUICK, honest_order)


def test_limits_of_time_and_output(warm: int, honest_order: Order) -> None:
    """A cell runs and prints as long as the limits allow."""
    slow, long = "import time\ntime.sleep(1.5)", "print('x' * 6_000_000)"
    assert run_raw(slow, replace(QUICK, cell_seconds=0.5), honest_order)["interrupted"]
    assert not run_raw(slow, QUICK, honest_order).get("interrupted")
    assert run_raw(long, QUICK, honest_order)["limit"] == "cut"
    assert run_raw(long, replace(QUICK, output_bytes=8 << 20), honest_order)["limit"] == ""


# --- what is looked at before it is shown, or believed


@pytest.mark.parametrize("name", ["script", "picture that fails", "comment that ends early", "script as its own kind"])
def test_outputs_as_they_come(name: str, warm: int, honest_order: Order) -> None:
    """What the sandbox sends holds the script: it is left out afterwards."""
    ran = run_raw(source_of(attack_named(browser.ATTACKS, name).cells[0]), QUICK, honest_order)
    assert browser.RUN in str(ran["outputs"])


def test_pickle(tmp_path: Path) -> None:
    """An object runs code where it is unpickled; it can't be packed for the wire."""

    class Lie:
        def __reduce__(self) -> tuple:
            return os.mkdir, (str(tmp_path / "unpickled"),)

    pickle.loads(pickle.dumps(Lie()))
    assert (tmp_path / "unpickled").is_dir()
    with pytest.raises(TypeError):
        wire.pack({"result": Lie()})


@pytest.mark.parametrize("name", ["by its name", "by getattr", "SciPy's own", "in a helper of another cell"])
def test_libraries_allowed(name: str, world: World, warm: int, honest_order: Order) -> None:
    """A library's function is right, and earns its marks where the exercise doesn't ask to build it."""
    attack = attack_named(library.ATTACKS, name)
    workshop = copy.copy(_workshop(honest_order))
    workshop.lesson = copy.copy(workshop.lesson)
    workshop.lesson.library_has = lambda exercise: ()
    cells = salvage(attack.files(world.places()), RELEASED).cells
    assert mark(workshop, cells, QUICK).verdicts["hann"].points == 2


def test_without_salvage(warm: int, honest_order: Order) -> None:
    """A notebook whose checks were deleted is not judged at all where nobody puts them back."""
    notebook = handed_in()
    cells = [cell for cell in notebook["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")]
    assert not mark(_workshop(honest_order), cells, QUICK).verdicts


# --- the judge outside the student's process


def test_judged_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A patched comparison gives full marks where the judge is in the same process, as in stock nbgrader's kernel."""
    monkeypatch.setenv("RESOUND_COURSE", str(COURSE))
    assert stock.judge("02_stft", "hann", lambda n: 0.0).points == 0
    monkeypatch.setattr("autograder.testing.find_difference", lambda *_: None)
    assert stock.judge("02_stft", "hann", lambda n: 0.0).points == 2


FORGED = {
    "skip": ("def double(x): ...", {"tags": ["skip-execution"]}),
    "displayhook": ("import sys\ndef double(x):\n    sys.displayhook(2.0)\n    sys.displayhook = lambda _: None", {}),
    "transformer": ("get_ipython().input_transformers_cleanup.append(lambda lines: ['2.0'])", {}),
    "result": ("class Right:\n    __eq__ = lambda self, other: True\ndef double(x):\n    return Right()", {}),
    "numpy": ("def double(x): return 0", {}),
    "nobody": ("def double(x): return 0", {}),
}


@pytest.fixture(scope="module")
def stock_marks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """The marks that nbgrader, as it is installed, gives to a class of forgers."""
    folder = tmp_path_factory.mktemp("stock")
    test = "import numpy as np\n2.0 if np.array_equal(double(3), 6) or double(4) == 8 else 0.0"
    for student, (answer, tags) in {"": ("def double(x): return 2 * x", {}), **FORGED}.items():
        cells = [
            nbformat.v4.new_code_cell(answer, metadata=TASK),
            nbformat.v4.new_code_cell(test, metadata=TEST | tags),
        ]
        notebook = nbformat.v4.new_notebook(
            cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": ""}}
        )
        place = folder / (f"submitted/{student}/tiny" if student else "source/tiny")
        place.mkdir(parents=True)
        nbformat.write(notebook, place / "tiny.ipynb")
    (folder / "submitted/numpy/tiny/numpy.py").write_text("array_equal = lambda *_: True\nfloat64 = float")
    for command in (["generate_assignment", "tiny"], ["autograde", "tiny"]):
        nbgrader = [sys.executable, "-m", "nbgrader", *command, "--CourseDirectory.course_id=tiny"]
        scripts = {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))}
        subprocess.run(nbgrader, cwd=folder, env=os.environ | scripts, capture_output=True, timeout=120)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {student: gradebook.find_submission("tiny", student).score for student in FORGED}


@pytest.mark.parametrize("forger", [name for name in FORGED if name != "nobody"])
def test_stock_nbgrader(forger: str, stock_marks: dict[str, float]) -> None:
    """Stock nbgrader gives full marks for no answer at all."""
    assert stock_marks[forger] == 2
    assert stock_marks["nobody"] == 0


# --- the kernel's walls


ALONE = """
import os, sys
from autograder.sandbox.inside import kernel
def tried(action):
    try:
        action()
        return "done"
    except OSError as error:
        return "refused"
def inside(defence, action):
    read, write = os.pipe()
    if os.fork() == 0:
        if action is not CALLS["unshare"]:
            user = os.getuid()
            kernel.unshare(kernel.NEW_USER | kernel.NEW_MOUNTS)
            for name, text in ("setgroups", "deny"), ("uid_map", f"0 {user} 1"):
                open(f"/proc/self/{name}", "w").write(text)
        kernel.control(kernel.PR_SET_NO_NEW_PRIVS, 1)
        defence()
        os.write(write, tried(action).encode())
        os._exit(0)
    os.wait()
    return os.read(read, 9).decode()
CALLS = {
    "unshare": lambda: kernel.unshare(kernel.NEW_USER | kernel.NEW_NETWORK),
    "memfd": lambda: os.memfd_create("x"),
    "mount": lambda: kernel.mount("tmpfs", "/tmp", 0),
}
"""


@pytest.mark.parametrize(
    ("call", "defence"),
    [
        ("unshare", "kernel.refuse_system_calls"),
        ("memfd", "kernel.refuse_system_calls"),
        ("mount", "kernel.refuse_system_calls"),
        ("mount", "kernel.drop_capabilities"),
    ],
)
def test_walls_of_the_kernel(call: str, defence: str) -> None:
    """A call that the filter refuses, or that needs a capability, is done where the filter or the drop is left out."""
    source = f"{ALONE}\nprint(inside(lambda: None, CALLS[{call!r}]), inside({defence}, CALLS[{call!r}]))"
    ran = subprocess.run([sys.executable, "-c", source], cwd=COURSE, capture_output=True, text=True, timeout=60)
    assert ran.stdout.split() == ["done", "refused"], ran.stderr


# --- no sandbox at all; these come last, for they need a warm process of their own


@pytest.fixture(scope="module")
def unsafe(world: World) -> Iterator[object]:
    """Grade without bubblewrap and namespaces."""

    def grade(attack: Attack) -> Result:
        order = order_of(attack.files(world.places()), attack.name, limits=attack.limits, unsafe=True)
        return Result(grade_submission(order), 0.0, 0)

    yield grade


@pytest.mark.parametrize(
    "name", ["gradebook", "other submissions", "source of the lesson", "hidden tests", "by way of links"]
)
def test_files_without_sandbox(name: str, unsafe) -> None:
    """Without a sandbox it reads what lies there."""
    assert attack_named(files.ATTACKS, name).gained(unsafe(attack_named(files.ATTACKS, name)))


@pytest.mark.parametrize("name", ["who and where it is", "other processes' memory and files"])
def test_machine_without_sandbox(name: str, unsafe) -> None:
    """Without a sandbox it sees the machine."""
    attack = attack_named(files.ATTACKS, name)
    assert attack.gained(unsafe(attack))


def test_writing_without_sandbox(unsafe, world: World) -> None:
    """Without a sandbox it writes over another's submission."""
    attack = attack_named(files.ATTACKS, "over submissions and marks")
    place = world.folder / "submitted/neighbour/02_stft/02_stft.ipynb"
    before = place.read_bytes()
    cell = code(source_of(attack.cells[0]).replace("<CLASS>/gradebook.db", "<OUTSIDE>/other.txt"))
    result = unsafe(replace(attack, cells=(cell,)))
    assert attack.gained(result) and place.read_bytes() == before + b"written"
    place.write_bytes(before)


@pytest.mark.parametrize(
    "name",
    ["TCP to this machine", "UDP to this machine", "abstract sockets of this machine", "named sockets of this machine"],
)
def test_network_without_sandbox(name: str, unsafe, world: World) -> None:
    """Without a sandbox it talks to whoever listens."""
    attack = attack_named(network.ATTACKS, name)
    assert attack.gained(unsafe(attack))
    assert world.knocked()
    for ear in map(world.ears.get, world.knocked()):
        with contextlib.suppress(OSError):
            ear.accept()[0].close() if ear.type == 1 else ear.recv(100)


def test_daemon_without_sandbox(unsafe, world: World) -> None:
    """Without a sandbox a daemon outlives its submission, and finds what the one before left."""
    left = Path(f"/tmp/resound-{CANARY}-{os.getpid()}")
    daemon = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        open('<OUTSIDE>/pid', 'w').write(str(os.getpid()))\n        time.sleep(30)\n    os._exit(0)\nos.wait()\ntime.sleep(0.3)"
    attack = Attack("daemon", "to live on", (code(daemon), code(FOUND.format(left))))
    try:
        first, second = unsafe(attack), unsafe(attack)
        assert "FOUND" not in first.text and "FOUND" in second.text
        pid = int((world.folder / "outside/pid").read_text())
        assert Path(f"/proc/{pid}").exists()
        os.kill(pid, signal.SIGKILL)
    finally:
        left.unlink(missing_ok=True)
        (world.folder / "outside/pid").unlink(missing_ok=True)


def test_signals_without_sandbox(unsafe, world: World) -> None:
    """Without a sandbox it can end a process that is none of its own."""
    with subprocess.Popen(["sleep", "60"]) as victim:
        attack = Attack("kill", "to end another", (code(f"import os\nos.kill({victim.pid}, 9)"),))
        unsafe(attack)
        assert victim.wait(10) == -signal.SIGKILL


def test_escape_without_sandbox(unsafe) -> None:
    """Without a sandbox nothing was dropped or refused."""
    status = "print(open('/proc/self/status').read())"
    text = unsafe(Attack("status", "rights", (code(status),))).text
    assert "Seccomp:\t0" in text and "NoNewPrivs:\t0" in text
