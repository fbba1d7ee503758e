"""What a process works out and keeps for the next one."""

import subprocess
import sys

from autograder.sandbox import kept

SAY_SEAT = """
import os
from autograder.sandbox import kept
kept.compile_alone()
print(kept.compiled(), os.environ["NUMBA_CACHE_DIR"], flush=True)
input()
"""


def start(home):
    """A process with a cache of its own, and where it keeps what Numba compiles."""
    process = subprocess.Popen(
        [sys.executable, "-c", SAY_SEAT],
        env={"XDG_CACHE_HOME": str(home), "HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, process.stdout.readline().split()


def test_no_two_processes_compile_into_one_place(tmp_path):
    """Neither in the sandbox nor outside; whoever dies leaves its place to the next one, with all that is in it."""
    (one, first), (other, second) = start(tmp_path), start(tmp_path)
    assert not set(first) & set(second)
    one.kill()
    one.wait()
    heir, third = start(tmp_path)
    assert third == first
    for process in (other, heir):
        process.kill()
        process.wait()


def test_what_has_grown_too_large_is_begun_anew(tmp_path, monkeypatch):
    """Else no warm process could be started any more: it is handed on in one message."""
    monkeypatch.setattr(kept, "_own", lambda: tmp_path)
    small = {"one/a.nbc": b"code", "one/a.nbi": b"index"}
    kept.store(kept.compiled(), small)
    assert kept.load_compiled() == small
    kept.store(kept.compiled(), {f"{n}.nbc": bytes(kept.MOST_COMPILED // 4) for n in range(4)})
    assert kept.load_compiled() == {}
    kept.store(kept.compiled(), small)
    assert kept.load_compiled() == small
