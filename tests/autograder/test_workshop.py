"""What the submissions of several lessons share, and what is kept for the next run."""

import os
import pickle

import numpy as np
import pytest

from autograder import workshop
from autograder.sandbox import kept
from autograder.sandbox.inside.earlier import LONG, Earlier
from autograder.sandbox.limits import Limits
from autograder.sandbox.sandbox import Sandbox
from autograder.workshop import Environment, Workshop, cells_to_run, workshop_for
from tests.conftest import COURSE, LESSONS

LESSON = LESSONS["02_stft"]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty place for what is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def cache_of_compiled(request):
    """Such a place with what was compiled before: to compile it again takes half a minute."""
    compiled = kept.load_compiled()
    cache = request.getfixturevalue("cache")
    kept.store(kept.compiled(), compiled)
    return cache


def test_pictures_are_made_once_for_all_runs(cache_of_compiled):
    """The second run gets the same pictures without a run of the solved lesson; what an older version kept is gone."""
    old = f"{kept.MADE}/{LESSON.name}/old"
    kept.store(old, {"stale.made": b"stale"})
    shared = []
    for _ in range(2):
        environment = Environment(unsafe=False)
        sandbox = environment.ready_for(Workshop(COURSE, LESSON, "a seed", environment))
        shared.append(sandbox.things)
        environment.close()
        assert not kept.load(old)
        (place,) = kept.folder(f"{kept.MADE}/{LESSON.name}").iterdir()
        written = {path.name: path.stat().st_mtime_ns for path in place.iterdir()}
        shared.append(written)
    assert len(shared[0]) > 5 and shared[0] == shared[2]
    assert shared[1] == shared[3]


def test_a_long_cell_is_run_once_for_all_warm_processes():
    """Later ones show what it showed, and have the names that it defined; a short one is run in each."""
    long = "table = {'squares': np.arange(3) ** 2}\nfor _ in range(10**7): pass\nprint(time.time_ns())"
    short = "print(-time.time_ns())"
    cells, learnt, shown = ["import time\nimport numpy as np", long, short], b"", []
    for _ in range(2):
        sandbox = Sandbox.start()
        outputs, new = sandbox.warm_up(cells, [True] * 3, [], learnt)
        with sandbox.open(Limits()) as process:
            for cell in cells[:2]:
                process.take_over(cell)
            ran = process.run("table['squares'][2] += time.daylight\nassert list(table['squares'])[:2] == [0, 1]")
        sandbox.close()
        assert not ran["failed"], ran["outputs"]
        assert bool(new) is not bool(learnt)
        learnt = learnt or new
        shown.append(outputs)
    assert shown[0][long] == shown[1][long] and shown[0][short] != shown[1][short]


def test_what_other_cells_or_other_files_made_is_not_found(tmp_path, monkeypatch):
    """A changed cell, order, asset or name of one leads to another place."""
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    monkeypatch.setattr(workshop, "assets_folder", lambda: tmp_path)
    monkeypatch.setattr(workshop, "_installation", workshop._installation.__wrapped__)

    def place(*cells):
        return workshop._place(kept.RUN, LESSON, list(cells))

    places = [place("a", "b"), place("b", "a"), place("ab")]
    (sounds / "voice.wav").write_bytes(b"one")
    places.append(place("a", "b"))
    (sounds / "voice.wav").write_bytes(b"two")
    places.append(place("a", "b"))
    (sounds / "voice.wav").rename(sounds / "other.wav")
    places.append(place("a", "b"))
    assert len(set(places)) == len(places)
    assert place("a", "b") == places[-1]


def test_what_a_long_cell_came_to_is_known_only_if_it_is_data():
    """Numbers, texts and arrays; a function would be a copy that knows another world."""
    data = {"levels": {1.0: [np.float32(2), None]}, "spectrum": np.ones(3, np.complex64), "pair": ("a", b"b", {1j})}
    earlier = Earlier()
    earlier.learn("long", data, [{"output_type": "stream"}], 2 * LONG)
    earlier.learn("short", data, [], LONG / 2)
    for number, other in enumerate((abs, np, LESSON, np.array([None]), {"deep": [LESSON]})):
        earlier.learn(f"other {number}", {"name": other}, [], 2 * LONG)
    again = Earlier.read(earlier.write())
    assert list(again.outcomes) == ["long"]
    np.testing.assert_equal(again.outcomes["long"], (data, [{"output_type": "stream"}]))
    assert again.write() == b""


@pytest.mark.parametrize("content", [b"", b"rubbish", pickle.dumps(({}, [], []))[:-3], pickle.dumps("no outcomes")])
def test_whatever_stands_in_a_damaged_file_is_not_known(content):
    """Then the cells are run."""
    assert Earlier.read(content) == Earlier()


def test_lessons_of_one_environment_share_a_warm_process():
    """The same process answers for both, ready for each."""
    first = workshop_for(COURSE, LESSON.name, "one version", "a seed", False)
    second = workshop_for(COURSE, LESSON.name, "another version", "a seed", False)
    assert first is not second and first.sandbox is second.sandbox
    with second.sandbox.open(Limits()) as process:
        assert not process.run(cells_to_run(second.released["cells"])[0])["failed"]


def test_a_submission_hears_the_bundled_corpus():
    """The sounds of the corpus are among the files that it can read."""
    environment = Environment(unsafe=False)
    sandbox = environment.ready_for(Workshop(COURSE, LESSON, "a seed", environment))
    with sandbox.open(Limits()) as process:
        ran = process.run("from course import corpus\nassert corpus.bundled().sound(-1).any()")
    environment.close()
    assert not ran["failed"], ran["outputs"]


def test_whoever_writes_in_single_precision_waits_for_no_compiler():
    """What a lesson calls of librosa is compiled for both precisions before anybody is forked."""
    source = """
import librosa
import numpy as np
inverse, window = librosa.core.spectrum.__overlap_add, librosa.filters.__window_ss_fill
before = len(inverse.signatures), len(window.signatures)
magnitude = np.abs(librosa.stft(np.random.default_rng(0).standard_normal(8000)))
for dtype in ("float32", "float64"):
    librosa.griffinlim(magnitude.astype(dtype), n_iter=1)
assert before == (len(inverse.signatures), len(window.signatures)) and min(before), before
"""
    sandbox = workshop_for(COURSE, "05_griffin_lim", "v", "a seed", False).sandbox
    with sandbox.open(Limits()) as process:
        ran = process.run(source)
    assert not ran["failed"], ran["outputs"]


def test_another_run_of_the_grader_gets_another_sandbox():
    """With another seed nothing of the run before is kept alive."""
    before = workshop_for(COURSE, LESSON.name, "v", "one seed", False).sandbox
    after = workshop_for(COURSE, LESSON.name, "v", "another seed", False).sandbox
    assert before.program.poll() is not None and after.program.poll() is None


def test_networks_have_an_environment_of_their_own(monkeypatch):
    """By what a lesson imports: nobody is forked with a library that is larger than all the others."""
    monkeypatch.setattr(Environment, "ready_for", lambda environment, workshop: environment)
    kept_by = {name: workshop_for(COURSE, name, "v", "a third seed", False).sandbox for name in LESSONS}
    networks = {name for name in LESSONS if kept_by[name] is kept_by["10_text_to_speech"]}
    assert {"08_mfcc_inversion", "09_vae", "10_text_to_speech"} <= networks
    assert not {"01_sound", "02_stft", "03_mel"} & networks
    assert len(set(map(id, kept_by.values()))) == 2


def test_what_somebody_else_could_write_is_not_read(cache):
    """A folder that others may write to, or that is somebody else's, is left alone."""
    kept.store("compiled", {"a/b.nbi": b"code", "../evil.nbi": b"x", "evil.py": b"x"})
    assert kept.load("compiled") == {"a/b.nbi": b"code"}
    own = kept.folder("compiled").parent
    own.chmod(0o777)
    assert kept.load("compiled") == {}
    own.chmod(0o700)
    if os.getuid() == 0:
        os.chown(own, 12345, 12345)
        assert kept.load("compiled") == {}


def test_without_a_place_nothing_is_kept_and_nothing_fails(cache, monkeypatch):
    """A home that can't be written costs time only."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    kept.store("compiled", {"a.nbi": b"code"})
    assert kept.load("compiled") == {}
