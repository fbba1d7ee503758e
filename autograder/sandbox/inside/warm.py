"""The warm process: imports what a lesson imports, pays for the first calls, then waits to be forked.

`autograder.sandbox.sandbox` starts it as the only program in bubblewrap: python -m autograder.sandbox.inside.warm FD
"""

import gc
import importlib
import os
import signal
import socket
import sys
import time
from collections import Counter
from contextlib import suppress

from autograder.sandbox.inside import compiled, kernel, wire
from autograder.sandbox.inside.alike import alike, defined, starts_threads
from autograder.sandbox.inside.earlier import Earlier
from autograder.sandbox.inside.outputs import Outputs
from autograder.sandbox.inside.shell import NotebookShell
from autograder.sandbox.inside.student import Student
from autograder.sandbox.inside.warden import guard
from course import memo
from course.check import session
from course.check.library_names import names_used
from course.check.library_use import find

NOBODY = 65534
MASKS = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus")


def main(control: socket.socket, bare: bool) -> None:
    """Get ready, then do as told: warm up for a lesson, remember pictures and sounds, fork for a submission."""
    if not bare:
        renounce_root()
    known = wire.receive(control)["compiled"]
    compiled.write(known)
    shell = start_shell()
    wire.send(control, {"ready": True})
    while True:
        try:
            order = wire.receive(control)
        except wire.Closed:
            return
        if order["do"] == "fork":
            _, channels, _, _ = socket.recv_fds(control, 1, 2)
            fork(control, [socket.socket(fileno=number) for number in channels], shell, order["limits"], bare)
        elif order["do"] == "warm up":
            try:
                earlier = Earlier.read(order["earlier"])
                shown = warm_up(shell, order["cells"], order["ours"], earlier)
                look_up(order["library_has"])
                # what is read of a cell is kept, and most cells of a submission are ours
                names_used(order["cells"], "", ())
                compiled.complete()
                freeze()
                told = {"shown": shown, "compiled": compiled.new(known), "learnt": earlier.write()}
                wire.send(control, {"ready": True, **told})
            except Exception as error:
                wire.send(control, {"fault": f"{type(error).__name__}: {error}"})
        elif order["do"] == "remember":
            memo.remember(order["things"])
            freeze()


def renounce_root() -> None:
    """Started by root, go on as nobody: the kernel counts no processes of root's."""
    if os.getuid() == 0:
        # bubblewrap hides parts of /proc, and then the kernel lets nobody mount another
        for mask in MASKS:
            kernel.unmount(mask)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    kernel.control(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.control(kernel.PR_SET_DUMPABLE, 0)  # nobody is to look into it


def start_shell() -> NotebookShell:
    """The shell that all submissions get a copy of."""
    importlib.import_module("matplotlib.pyplot")
    shell = NotebookShell.start()
    # an audit hook runs out of sight of whoever watches what is called
    del sys.addaudithook
    freeze()
    return shell


def warm_up(shell: NotebookShell, cells: list[str], ours: list[bool], earlier: Earlier) -> dict[str, list[dict]]:
    """Run a released notebook once, for its imports and first calls, and keep what is alike in every submission.

    Parameters
    ----------
    shell : NotebookShell
    cells : list of str
        The code.
    ours : list of bool
        Which of the cells are no place for an answer.
    earlier : Earlier
        What is known of the cells; it learns.

    Returns
    -------
    shown : dict of str to list of dict
        The outputs of the cells that are alike in every submission, by their code.

    Raises
    ------
    RuntimeError
        If a cell fails: something that the lesson needs is not in the sandbox.
    """
    common = alike(cells, ours, [cell for cell, count in Counter(cells).items() if count == 1])
    shown = {}
    streams = sys.stdout, sys.stderr
    shell.listen(Outputs(1 << 24, 1 << 24))
    try:
        for source, is_common, is_left in zip(cells, common, starts_threads(cells), strict=True):
            if is_left:  # to the forks
                continue
            if is_common and source in earlier.outcomes:
                values, shown[source] = earlier.outcomes[source]
                shell.kept[source] = values
                shell.user_ns.update(defined(source, values))
                continue
            begun = time.process_time()
            ran = shell.run(source)
            seconds = time.process_time() - begun
            if ran["failed"]:
                said = "; ".join(f"{each['ename']}: {each['evalue']}" for each in ran["outputs"] if "ename" in each)
                raise RuntimeError(f"the released notebook fails in it, with {said}, at the cell\n{source}")
            # whoever imports something first may be warned, the others are not
            if is_common and not any(output.get("name") == "stderr" for output in ran["outputs"]):
                shell.kept[source], shown[source] = defined(source, shell.user_ns), ran["outputs"]
                earlier.learn(source, shell.kept[source], shown[source], seconds)
    finally:
        sys.stdout, sys.stderr = streams
        shell.reset(new_session=True)
        session.forget()
    return shown


def look_up(library_has: list[str]) -> None:
    """Find the functions that are watched for: to import where they stand may take seconds."""
    for name in library_has:
        with suppress(LookupError):
            find(name)


def freeze() -> None:
    """Leave what is there alone from now on: pages that nobody writes to are shared by all forks."""
    gc.collect()
    gc.freeze()
    kernel.gather_pages()


def fork(control: socket.socket, channels: list[socket.socket], shell: NotebookShell, limits: dict, bare: bool) -> None:
    """One submission: a warden, and below it the student's process."""
    reap()
    if os.fork():
        for channel in channels:
            channel.close()
        return
    orders, questions = channels
    control.close()
    try:
        guard(orders, questions, limits, bare, lambda: Student(questions, shell, limits).serve())
    except OSError as error:
        wire.send(orders, {"ended": f"fault: {error}"})
    finally:
        os._exit(0)


def reap() -> None:
    """Take leave of the wardens that are done."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(socket.socket(fileno=int(sys.argv[1])), bare=sys.argv[2:] == ["bare"])
