"""A PostgreSQL server for tests alone."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_postgresql() -> Path | None:
    """The folder of PostgreSQL's server programs: on the PATH, or where Debian has them."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return next((path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)


PROGRAMS = find_postgresql()


@contextmanager
def serve() -> Iterator[Path]:
    """Start a server behind a socket in a folder of its own; gives the folder."""
    folder = tempfile.mkdtemp(prefix="resound_")
    # the server refuses to run as root
    someone = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    if someone:
        shutil.chown(folder, "nobody")

    def run(program: str, *arguments: str) -> None:
        command = [PROGRAMS / program, "--pgdata", f"{folder}/data", *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, **someone)

    try:
        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        run("pg_ctl", "start", "--wait", f"--log={folder}/log", f"--options=-k {folder} -c listen_addresses=''")
        yield Path(folder)
        run("pg_ctl", "stop", "--wait", "--mode=immediate")
    finally:
        shutil.rmtree(folder)
