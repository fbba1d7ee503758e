"""Cells that are alike in every submission: which they are, and that taking them over changes nothing but the time."""

import json
import re

import numpy as np
import pytest

from autograder.demo import make_class
from autograder.marking import Marking, mark
from autograder.sandbox.inside.alike import alike, defined, heavy_libraries, names_of, starts_threads
from autograder.sandbox.limits import Limits
from autograder.stubs import without_marks
from autograder.workshop import Environment, Workshop
from tests.conftest import COURSE, LESSONS

LESSON = LESSONS["02_stft"]
OURS = [
    "import numpy as np",
    "x = np.arange(9)",
    "def energy(x):\n    return ...",
    "y = energy(x)",
    "title = 'a'\nprint(title, x)",
    "title = f'{y}'",
    "for n in range(3):\n    title = n\nprint(title)",
    "print(title)",
    "progress()",
]
ANSWER = 2


def which(cells, ours=None):
    """The places of the cells that are alike."""
    ours = [index != ANSWER for index in range(len(cells))] if ours is None else ours
    return [index for index, found in enumerate(alike(cells, ours, cells)) if found]


def with_own(place, source):
    """The cells of somebody who put one of his own there; and which are ours."""
    cells, ours = list(OURS), [index != ANSWER for index in range(len(OURS))]
    cells.insert(place, source)
    ours.insert(place, False)
    return cells, ours


def test_what_hangs_on_an_answer_is_not_alike():
    """Neither what calls it, nor what shows what came of that; nor what answers from the past."""
    assert which(OURS) == [0, 1, 4, 6, 7]


@pytest.mark.parametrize(
    "own", ["x = 3", "x[0] = 3", "x += 1", "del x\nx = 1", "for x in 'ab': pass", "import numpy as x", "def x(): pass"]
)
def test_what_hangs_on_a_students_own_cell_is_not_alike(own):
    """Whoever gives one of our names another value sees our cells work with it."""
    cells, ours = with_own(2, own)
    assert which(cells, ours) == [0, 1, 7, 8]


@pytest.mark.parametrize("own", ["exec('x = 3')", "globals()['x'] = 3", "%run other.py", "from numpy import *", "x ="])
def test_nothing_is_alike_after_what_could_define_anything(own):
    """Code that nobody can read may have changed any name."""
    cells, ours = with_own(1, own)
    assert which(cells, ours) == [0]


@pytest.mark.parametrize("own", ["z = 3", "print(x)", "def helper(x):\n    y = x\n    return y", "# x = 3"])
def test_a_students_own_cell_that_changes_no_name_of_ours_changes_nothing(own):
    """Names inside of functions are others."""
    cells, ours = with_own(2, own)
    assert which(cells, ours) == [0, 1, 5, 7, 8]


def test_only_what_the_warm_process_has_run_is_taken_over():
    """A cell of ours that is not kept is run, and what hangs on it as well."""
    assert alike(OURS, [True] * len(OURS), [OURS[0]])[:2] == [True, False]


def test_what_uses_a_network_is_left_to_the_forks():
    """To import it starts no thread; to use it does, and so may all that hangs on what it gave."""
    cells = [
        "from course import audio, networks\nimport keras",
        "voice = audio.clip('yes_loud')",
        "def build(n):\n    return keras.Input((n,))",
        "network = build(3)\nprint(voice)",
        "shape = network.shape",
        "print(shape)",
        "print(voice)",
        "from keras import layers\nlayers.Dense(3)",
    ]
    assert [i for i, starts in enumerate(starts_threads(cells)) if starts] == [2, 3, 4, 5, 7]


@pytest.mark.parametrize(
    "imports, use",
    [
        ("import keras", "keras.Input((3,))"),
        ("import keras.layers as layers", "layers.Dense(3)"),
        ("from keras.layers import Dense as Full", "Full(3)"),
        ("from course import audio, networks", "networks.load('vae_encoder')"),
        ("from course import probes as look", "look.weights"),
        ("from course.networks import load", "load('vae_encoder')"),
        ("import course.networks", "course.networks.load('vae_encoder')"),
    ],
)
def test_every_way_to_a_heavy_library_is_known(imports, use):
    """By itself, by its parts, and by way of the course; what else the course has is light."""
    assert heavy_libraries(f"import numpy as np\n{imports}") == {"keras"}
    assert starts_threads([imports, "import numpy as np\nnp.ones(3)", use]) == [False, False, True]
    assert heavy_libraries("from course import audio, corpus\nfrom course.networks_of_friends import x") == set()


def test_what_is_kept_is_safe_from_later_cells():
    """Arrays, lists and generators of random numbers are copied; modules and functions are not."""
    namespace = {"x": np.arange(3), "rng": np.random.default_rng(1), "np": np, "other": 1}
    kept = defined("import numpy as np\nx = np.arange(3)\nrng = np.random.default_rng(1)", namespace)
    namespace["x"][0] = 7
    drawn = namespace["rng"].random()
    assert kept.keys() == {"x", "rng", "np"} and kept["np"] is np
    assert kept["x"][0] == 0 and kept["rng"].random() == drawn


def test_every_released_cell_can_be_read():
    """None of ours defines what nobody can read."""
    for lesson in LESSONS.values():
        assert not [
            cell.source
            for cell in lesson.solved.notebook.cells
            if cell.cell_type == "code" and names_of(cell.source).anything
        ]


@pytest.fixture(scope="module")
def workshop():
    environment = Environment(unsafe=False)
    workshop = Workshop(COURSE, LESSON, "a seed", environment)
    _ = workshop.sandbox
    yield workshop
    environment.close()


def cells_of(workshop, answers):
    cells = json.loads(json.dumps(workshop.released["cells"]))
    for cell in cells:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = without_marks(answers[name])
    return cells


def shown(cells):
    """All outputs, without what differs from one run to the next."""
    return re.sub(r'"model_id": "\w+"|0x[0-9a-f]+', "", json.dumps([cell.get("outputs") for cell in cells]))


@pytest.mark.parametrize("work", make_class(LESSON)[:3], ids=lambda work: work.student)
def test_taking_over_changes_nothing(workshop, work, monkeypatch):
    """The same outputs, counts and marks as with every cell run."""
    quick = cells_of(workshop, work.answers)
    took = mark(workshop, quick, Limits())
    monkeypatch.setattr(Marking, "_alike", lambda self: set())
    slow = cells_of(workshop, work.answers)
    ran = mark(workshop, slow, Limits())
    assert shown(quick) == shown(slow)
    assert [cell.get("execution_count") for cell in quick] == [cell.get("execution_count") for cell in slow]
    points = [{name: verdict.points for name, verdict in each.verdicts.items()} for each in (took, ran)]
    assert points[0] == points[1]


def test_a_students_own_value_is_seen_by_our_cells(workshop):
    """Somebody replaces the clip by silence: our next picture is of silence."""
    cells = cells_of(workshop, {})
    place = next(index for index, cell in enumerate(cells) if 'clip("two_clicks")' in cell["source"])
    own = {"cell_type": "code", "id": "own", "metadata": {}, "source": "clicks = 0 * clicks", "outputs": []}
    cells.insert(place + 1, own)
    mark(workshop, cells, Limits())
    picture = next(cell for cell in cells[place + 2 :] if "plot.waveform(clicks" in cell["source"])
    assert picture["outputs"] != workshop.shown[picture["source"]]


def test_what_is_taken_over_is_there_after_a_crash(workshop):
    """A process that ended is replaced, and knows the names again."""
    cells = cells_of(workshop, {})
    for source in ("print(clicks.shape)", "import os; os._exit(1)"):
        place = next(index for index, cell in enumerate(cells) if "plot.waveform(clicks" in cell["source"])
        cells.insert(place, {"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": []})
    mark(workshop, cells, Limits())
    (told,) = [cell for cell in cells if cell["source"] == "print(clicks.shape)"]
    assert "(11025,)" in json.dumps(told["outputs"])
