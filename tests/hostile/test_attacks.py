"""Every kind of attack: it gains no mark, reads and writes nothing, outlives nothing, and ends in time."""

from pathlib import Path

import pytest

from tests.conftest import COURSE
from tests.hostile.attack import Attack, Result
from tests.hostile.catalogue import (
    browser,
    escape,
    files,
    library,
    lies,
    marks,
    messages,
    network,
    processes,
    resources,
)
from tests.hostile.world import CANARY, World, nothing_left

FAMILIES = (marks, lies, messages, library, files, processes, network, escape, resources, browser)
ATTACKS = [attack for family in FAMILIES for attack in family.ATTACKS]
SECRETS = (CANARY, "### BEGIN SOLUTION", "class SliceIntoFrames", "class Judge", "root:x:0:0", "PRIVATE KEY")
CLUMSY = ("NameError", "SyntaxError", "IndentationError", "AttributeError", "TypeError", "ImportError")
COURSE_FILES = ("release/02_stft/02_stft.ipynb", "assets/checks/02_stft.npz", "nbgrader_config.py")


@pytest.fixture(scope="module")
def course_as_it_was() -> dict[Path, bytes]:
    """Files of the course that somebody might change."""
    return {COURSE / name: (COURSE / name).read_bytes() for name in COURSE_FILES}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.family}-{attack.name}".replace(" ", "_"))
def test_attack(attack: Attack, grade, world: World, warm: int, course_as_it_was: dict[Path, bytes]) -> None:
    """An attack takes place, and gains nothing of what it wants."""
    before = world.fingerprint()
    with nothing_left(warm):
        result = grade(attack)
    assert attack.shows in result.text, "the attack did not take place"
    assert not clumsy(result), "the attack stumbled over itself"
    assert result.points == attack.earns, result.graded.points
    assert not attack.gained(result), f"it wanted {attack.wants}, and got {attack.gained(result)}"
    assert not read(result), "a secret stands in the notebook"
    assert world.fingerprint() == before, "something was written outside"
    assert all(path.read_bytes() == content for path, content in course_as_it_was.items())
    assert not world.knocked()


def clumsy(result: Result) -> list[str]:
    """Errors in a student's own cells that no attack means to make: then it would prove nothing."""
    own = [cell for cell in result.graded.notebook["cells"] if cell["id"].startswith("own")]
    errors = [output for cell in own for output in cell.get("outputs", ()) if output["output_type"] == "error"]
    return [error["evalue"] for error in errors if error["ename"] in CLUMSY]


def read(result: Result) -> list[str]:
    """The secrets that stand in what a submission shows."""
    return [secret for secret in SECRETS if secret in result.text]


def test_catalogue() -> None:
    """There are more than 60 kinds in every family the design names, each with a name of its own."""
    assert len(ATTACKS) > 60
    assert len({(attack.family, attack.name) for attack in ATTACKS}) == len(ATTACKS)
    assert all(attack.wants for attack in ATTACKS)
