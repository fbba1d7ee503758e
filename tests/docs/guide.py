"""Reads the commands of a guide, so that a test can run each of them."""

import os
import re
import subprocess
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = sysconfig.get_path("scripts")
BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    """One command of a guide."""

    text: str
    line: int
    """of the guide, counted from 1"""


@dataclass(frozen=True)
class Ran:
    """What became of a command."""

    status: int
    said: str
    """on both outputs"""


def commands(guide: Path) -> list[Command]:
    """Every command in the fenced blocks of a guide that are marked as `sh`.

    Parameters
    ----------
    guide : Path
        A page in Markdown.

    Returns
    -------
    commands : list of Command
        In their order: a line each, without comments; lines that end with a backslash go on in the next.
    """
    text = guide.read_text(encoding="utf-8")
    found = []
    for block in BLOCK.finditer(text):
        first = text[: block.start(1)].count("\n") + 1
        lines = list(enumerate(block[1].splitlines(), first))
        while lines:
            number, line = lines.pop(0)
            while line.endswith("\\"):
                line = line[:-1] + lines.pop(0)[1].strip()
            if command := re.sub(r"(^|\s)#.*$", "", line).removeprefix("$ ").strip():
                found.append(Command(command, number))
    return found


def run(command: Command, folder: Path, instead: Mapping[str, str] | None = None, **environment: str) -> Ran:
    """Run a command as its reader does: in the course's folder, with the environment activated.

    Parameters
    ----------
    command : Command
    folder : Path
        The course's folder.
    instead : mapping of str to str, optional
        For commands that would wait for somebody: what is run in their place.
    environment : str
        More variables.

    Returns
    -------
    ran : Ran
    """
    told = (instead or {}).get(command.text, command.text)
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        told,
        shell=True,
        cwd=folder,
        env=os.environ | {"PATH": path, "PYTHONPATH": str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Ran(done.returncode, done.stdout)
