"""Stands between the warm process and one submission: makes its namespaces, holds its limits, sees it die.

The warden runs no line of a student's. It is in the submission's user namespace, so that it may look at all of its
processes, but outside its process namespace, so that none of them can even name it.
"""

import contextlib
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable

from autograder.sandbox.inside import kernel, wire

LOOKS_PER_SECOND = 20
PAGE = os.sysconf("SC_PAGE_SIZE")
INODES = 8192
SPARE_ADDRESSES = 512 << 20
"""For what is only reserved: stacks of threads, libraries that are loaded."""
WRITABLE = ("/tmp", "/dev/shm")
USER = 1000
"""The only user inside."""


def guard(orders: socket.socket, questions: socket.socket, limits: dict, bare: bool, serve: Callable[[], None]) -> None:
    """Run `serve` in a process of its own namespaces until it ends, breaks a limit, or is told to go.

    Takes {"do": "interrupt"}, {"do": "look"}, {"do": "alone"} and {"do": "end"}, answers a look that finds no limit
    broken with {"within": True}, and reports {"ended": why, "cpu_seconds": …} in the end. The other end hanging up
    counts as "end".

    Parameters
    ----------
    orders, questions : socket
        Two channels to whoever grades: the warden's own, and the one that `serve` answers on.
    limits : dict
        As `Limits.as_dict` gives them.
    bare : bool
        Whether to leave out the namespaces, and with them all safety.
    serve : callable
        What runs inside, once it can do no harm.
    """
    if not bare:
        enter_namespaces(limits)
    processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    child = os.fork()
    if child == 0:
        try:
            _silence_descriptors()
            set_limits(limits)
            if not bare:
                become_harmless()
            os.close(processes)
            orders.close()
            serve()
        except OSError as error:
            wire.send(questions, {"fault": str(error)})
        finally:
            os._exit(0)
    questions.close()
    ended = _Watch(orders, limits, processes, child, () if bare else WRITABLE).until_the_end()
    with contextlib.suppress(wire.Closed):
        wire.send(orders, ended)


def enter_namespaces(limits: dict) -> None:
    """New user, mount, process, ipc, network and host-name namespaces; fresh folders for all that can be written."""
    user, group = os.getuid(), os.getgid()
    kernel.control(kernel.PR_SET_DUMPABLE, 1)  # or the files below belong to root
    kernel.unshare(
        kernel.NEW_USER | kernel.NEW_MOUNTS | kernel.NEW_PIDS | kernel.NEW_IPC | kernel.NEW_NETWORK | kernel.NEW_NAMES
    )
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{USER} {user} 1")
    _write("/proc/self/gid_map", f"{USER} {group} 1")
    kernel.mount(None, "/", kernel.RECURSIVE | kernel.PRIVATE)
    flags = kernel.NO_SUID | kernel.NO_DEVICES
    for folder in WRITABLE:
        kernel.mount("tmpfs", folder, flags, f"size={limits['disk_bytes']},nr_inodes={INODES},mode=700")


def become_harmless() -> None:
    """The first process of the new process namespace: its own /proc, and no privilege."""
    flags = kernel.NO_SUID | kernel.NO_DEVICES | kernel.NO_PROGRAMS
    kernel.mount("proc", "/proc", flags)
    # inside, nobody may make namespaces of his own, where he would be privileged again
    _write("/proc/sys/user/max_user_namespaces", "0")
    _write("/proc/self/oom_score_adj", "1000")
    kernel.mount("proc", "/proc", flags | kernel.READ_ONLY | kernel.AGAIN)
    os.setsid()
    kernel.drop_capabilities()
    kernel.refuse_system_calls()
    os.chdir("/tmp")


def _silence_descriptors() -> None:
    """What is written past Python's streams goes nowhere: a pipe would be shared by all submissions."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def set_limits(limits: dict) -> None:
    """What the kernel itself counts, for each process."""
    kernel.control(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    data, size = _status_bytes("VmData"), _status_bytes("VmSize")
    for limit, value in {
        resource.RLIMIT_CPU: limits["cpu_seconds"],
        resource.RLIMIT_DATA: data + limits["memory_bytes"],
        # page tables, and memory that is shared with nobody, are counted by this alone
        resource.RLIMIT_AS: size + limits["memory_bytes"] + SPARE_ADDRESSES,
        resource.RLIMIT_FSIZE: limits["disk_bytes"],
        resource.RLIMIT_NPROC: limits["threads"],
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }.items():
        resource.setrlimit(limit, (value, value))


class _Watch:
    """Looks at the processes of one submission, many times a second."""

    def __init__(self, orders: socket.socket, limits: dict, processes: int, child: int, disks: tuple[str, ...]):
        self.orders = orders
        self.limits = limits
        self.processes = processes
        self.child = child
        self.disks = disks
        # what the warm process had in memory is shared, and nobody's
        self.base = self._look_at(os.getpid())[1]
        self.killed_for = ""
        self.deadline = time.monotonic() + limits["notebook_seconds"] + 5

    def until_the_end(self) -> dict:
        """Watch; kill where a limit is broken; say how it ended."""
        gone = os.pidfd_open(self.child)
        while True:
            ready, _, _ = select.select([self.orders, gone], [], [], 1 / LOOKS_PER_SECOND)
            if gone in ready:
                _, status, usage = os.wait4(self.child, 0)
                return self._report(status, usage)
            if ready:
                self._obey()
            else:
                self._look()

    def _obey(self) -> None:
        try:
            order = wire.receive(self.orders, time.monotonic() + 1)["do"]
        except (wire.Closed, wire.TooLate, wire.Malformed, KeyError):
            order = "end"
        if order in ("interrupt", "look"):
            # what floods the machine may have kept this process from looking until now
            if self._look():
                self._go_on(order)
        elif order == "alone":
            for pid in self._inside().keys() - {self.child}:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        else:
            self._kill("told")

    def _go_on(self, order: str) -> None:
        if order == "interrupt":
            os.kill(self.child, signal.SIGINT)
        else:
            with contextlib.suppress(wire.Closed):
                wire.send(self.orders, {"within": True})

    def _look(self) -> bool:
        """Whether every limit is held; end the processes otherwise."""
        inside = self._inside()
        disks = [os.statvfs(folder) for folder in self.disks]
        # too many processes hold too much memory as well: the cause is to be told
        if len(inside) > self.limits["processes"]:
            self._kill("processes")
        elif self._used(inside) > self.limits["memory_bytes"]:
            self._kill("memory")
        elif any(each.f_bavail * 50 < each.f_blocks or each.f_favail * 50 < each.f_files for each in disks):
            self._kill("disk")
        elif time.monotonic() > self.deadline:
            self._kill("time")
        return not self.killed_for

    def _kill(self, why: str) -> None:
        """End the first process; the kernel ends with it all others of its namespace."""
        self.killed_for = self.killed_for or why
        os.kill(self.child, signal.SIGKILL)

    def _used(self, inside: dict[int, int]) -> int:
        """How much memory the processes hold beside the warm one's, in bytes."""
        if len(inside) == 1 or sum(inside.values()) <= self.limits["memory_bytes"]:
            return sum(max(resident - self.base, 0) for resident in inside.values())
        # only now the costly count, which shares out what is shared
        return sum(self._share_of(pid) or resident for pid, resident in inside.items())

    def _share_of(self, pid: int) -> int:
        """A process's memory, with its part of what it shares; 0 if it does not let us look."""
        try:
            file = os.open(f"{pid}/smaps_rollup", os.O_RDONLY, dir_fd=self.processes)
        except OSError:
            return 0
        try:
            return int(os.read(file, 4096).partition(b"\nPss:")[2].split()[0]) * 1024
        except (OSError, IndexError, ValueError):
            return 0
        finally:
            os.close(file)

    def _inside(self) -> dict[int, int]:
        """The memory of each process of the submission, in bytes: of the first one and all that descend from it.

        By their parents, which everybody may read; a process can forbid a look at its namespaces.
        """
        parent, resident = {}, {}
        for name in os.listdir(self.processes):
            if name.isdigit() and (found := self._look_at(int(name))):
                parent[int(name)], resident[int(name)] = found
        inside = {self.child}
        while more := {pid for pid in parent.keys() - inside if parent[pid] in inside}:
            inside |= more
        return {pid: resident.get(pid, 0) for pid in inside}

    def _look_at(self, pid: int) -> tuple[int, int] | None:
        """The parent and the memory in bytes of a process; None if it is gone."""
        try:
            file = os.open(f"{pid}/stat", os.O_RDONLY, dir_fd=self.processes)
        except OSError:
            return None
        try:
            # its name stands in brackets, and may hold any sign
            fields = os.read(file, 4096).rpartition(b")")[2].split()
            return int(fields[1]), int(fields[21]) * PAGE
        except (OSError, IndexError):
            return None
        finally:
            os.close(file)

    def _report(self, status: int, usage: resource.struct_rusage) -> dict:
        if self.killed_for:
            why = self.killed_for
        elif os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            why = "cpu" if number == signal.SIGXCPU else f"signal {number}"
        else:
            why = "exit"
        cpu_seconds = usage.ru_utime + usage.ru_stime
        # the kernel's own count of processor time runs a little ahead of what it reports at the end
        if why == "signal 9" and cpu_seconds >= 0.9 * self.limits["cpu_seconds"]:
            why = "cpu"
        return {"ended": why, "cpu_seconds": cpu_seconds, "peak_bytes": usage.ru_maxrss * 1024}


def _status_bytes(field: str) -> int:
    """A size of this process, from /proc/self/status."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        (line,) = (line for line in status if line.startswith(f"{field}:"))
    return int(line.split()[1]) * 1024


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
