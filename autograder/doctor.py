"""Says what this machine lacks for the course, and which command brings it."""

import importlib.metadata
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from autograder.sandbox.bubblewrap import NoSandbox
from autograder.sandbox.sandbox import Sandbox


@dataclass(frozen=True)
class Finding:
    """One thing that the course needs."""

    name: str
    present: bool
    needed_for: str
    remedy: str
    """what to do if it is missing"""
    required: bool = True
    """False if all but a corner of the course works without it"""


def examine_machine(course: Path) -> list[Finding]:
    """Look at Python, the packages in requirements.txt, the course's own parts, and system programs.

    Parameters
    ----------
    course : Path
        The course's folder.

    Returns
    -------
    findings : list of Finding
    """
    packages = _packages(course / "requirements.txt")
    return [_python(), *packages, _judge(), *_built(course), _sandbox(), *_programs()]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    enough = sys.version_info >= (3, 11)
    return Finding(f"Python {version}", enough, "everything", "install Python 3.11 or newer, then make .venv anew")


def _packages(requirements: Path) -> Iterable[Finding]:
    for line in requirements.read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line and not line.startswith("-"):
            requirement = Requirement(line)
            if requirement.marker and not requirement.marker.evaluate():  # for other machines
                continue
            try:
                version = importlib.metadata.version(requirement.name)
            except importlib.metadata.PackageNotFoundError:
                version = None
            fits = version is not None and requirement.specifier.contains(version, prereleases=True)
            name = f"{requirement.name} {version or 'missing'}" if fits else f"{line} (here: {version or 'missing'})"
            yield Finding(name, fits, "the course", "pip install -r requirements.txt")


def _judge() -> Finding:
    found = bool(importlib.metadata.entry_points(group="resound.judge"))
    return Finding("resound-course", found, "grading", "pip install -r requirements.txt")


def _built(course: Path) -> Iterable[Finding]:
    for folder in sorted(path.parent for path in (course / "source").glob("*/*.py") if path.stem == path.parent.name):
        release = course / "release" / folder.name / f"{folder.name}.ipynb"
        bank = course / "assets" / "checks" / f"{folder.name}.npz"
        built = release.is_file() and bank.is_file()
        yield Finding(f"release of {folder.name}", built, "students", f"autograder build {folder.name}")


def _sandbox() -> Finding:
    """Whether students' code can be locked in here: tried, not guessed."""
    try:
        Sandbox.start().close()
    except NoSandbox as reason:
        return Finding(f"sandbox: {reason}", False, "grading", "what is said above, then this command again", False)
    return Finding("sandbox", True, "grading", "")


def _programs() -> Iterable[Finding]:
    programs = [
        ("bubblewrap", ("bwrap",), "the sandbox of grading", "apt install bubblewrap"),
        ("chromium", ("chromium", "chromium-browser", "google-chrome"), "the browser tests", "apt install chromium"),
        ("flite", ("flite",), "making the speech clips again", "apt install flite"),
        ("espeak-ng", ("espeak-ng",), "making the speech clips again", "apt install espeak-ng"),
    ]
    for name, commands, needed_for, remedy in programs:
        found = any(map(shutil.which, commands))
        remedy = f"{remedy} (as root, or with sudo)" if os.name == "posix" else f"install {name}"
        yield Finding(name, found, needed_for, remedy, required=False)
