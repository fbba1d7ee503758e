"""What a process works out and keeps for the next one."""

import subprocess
import sys

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
