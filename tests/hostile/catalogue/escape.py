"""Ways out by the kernel: system calls, namespaces, privileged programs."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

import platform

from tests.hostile.attack import Attack, code, family, says

NUMBERS = {"x86_64": 0, "aarch64": 1}[platform.machine()]
CALL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(*numbers_and_arguments):
    ctypes.set_errno(0)
    return libc.syscall(*numbers_and_arguments)
"""


def _calls(name: str, wants: str, numbers: tuple[int, int], *arguments: str) -> Attack:
    """Makes system calls of one number, with several arguments: by machine, x86_64 and aarch64."""
    source = CALL + "".join(f"\nif call({numbers[NUMBERS]}, {each}) >= 0: print('GOT', {each!r})" for each in arguments)
    return Attack(name, wants, (code(source + "\nprint('attacked')"),), gained=says("GOT "))


ATTACKS = family(
    "escape",
    [
        _calls(
            "unshare",
            "namespaces in which it is privileged",
            (272, 97),
            "0x10000000",
            "0x00020000",
            "0x40000000",
            "0x10020000",
        ),
        _calls(
            "clone into namespaces",
            "a child in namespaces in which it is privileged",
            (56, 220),
            "0x10000011, 0, 0, 0, 0",
            "0x40000011, 0, 0, 0, 0",
            "0x20000011, 0, 0, 0, 0",
        ),
        _calls(
            "clone3", "the same by the newer call", (435, 435), "(ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17), 88"
        ),
        _calls(
            "setns",
            "the namespaces of somebody else",
            (308, 268),
            "os.open('/proc/self/ns/user', os.O_RDONLY), 0",
            "os.open('/proc/self/ns/net', os.O_RDONLY), 0",
            "os.pidfd_open(os.getpid()), 0x20000000",
        ),
        _calls(
            "mount",
            "other folders",
            (165, 40),
            "b'none', b'/tmp', b'tmpfs', 0, 0",
            "b'/', b'/tmp', 0, 4096, 0",
            "0, b'/', 0, 32, 0",
            "b'proc', b'/proc', b'proc', 0, 0",
        ),
        _calls("unmount", "what lies below a mount", (166, 39), "b'/tmp', 2", "b'/proc', 2", "b'/usr', 2"),
        _calls("chroot", "another root", (161, 51), "b'/tmp'"),
        _calls("pivot_root", "another root", (155, 41), "b'/tmp', b'/tmp'"),
        _calls("the newer mount calls", "other folders", (428, 428), "-100, b'/', 1", "-100, b'/tmp', 0"),
        _calls("fsopen", "a file system of its own", (430, 430), "b'tmpfs', 0", "b'proc', 0"),
        _calls("bpf", "a program in the kernel", (321, 280), "0, (ctypes.c_uint32 * 16)(2, 4, 4, 1), 64"),
        _calls("userfaultfd", "to stop the kernel in the middle", (323, 282), "0", "1"),
        _calls("io_uring", "calls that no filter sees", (425, 425), "4, ctypes.create_string_buffer(120)"),
        _calls("perf", "to measure others", (298, 241), "(ctypes.c_uint32 * 32)(1, 128), 0, -1, -1, 0"),
        _calls("keys of the kernel", "a key ring that others see", (250, 219), "0, -3, 1", "0, -4, 1", "1, 0"),
        _calls("modules of the kernel", "its code in the kernel", (313, 273), "0, b'', 0"),
        _calls(
            "the kernel's log",
            "what the machine says of others",
            (103, 116),
            "3, ctypes.create_string_buffer(9999), 9999",
            "10, 0, 0",
        ),
        _calls(
            "open by handle",
            "a file by its number",
            (304, 265),
            "os.open('/', os.O_RDONLY), ctypes.create_string_buffer(b'\\x08\\0\\0\\0\\x01\\0\\0\\0\\x02', 64), 0",
        ),
        _calls(
            "memory of others",
            "to read and write a process's memory",
            (310, 270),
            "os.getppid() or 1, (ctypes.c_uint64 * 2)(id(b''), 8), 1, (ctypes.c_uint64 * 2)(id(b''), 8), 1, 0",
        ),
        _calls("memory without a name", "memory that no limit counts", (319, 279), "b'x', 0", "b'x', 1"),
        _calls("set user and group", "to be another user", (105, 146), "0", "65534"),
        Attack(
            "system calls of x32 and i386",
            "the same calls by other numbers, past the filter",
            (
                code("""
                    import ctypes, os
                    pid = os.fork()
                    if pid == 0:
                        libc = ctypes.CDLL(None)
                        os._exit(0 if libc.syscall(0x40000000 + 272, 0x10000000) == 0 else 1)
                    status = os.waitpid(pid, 0)[1]
                    print("GOT a namespace" if status == 0 else "attacked", status)
                """),
            ),
            gained=says("GOT a"),
        ),
        Attack(
            "privileged programs",
            "a program that is somebody else's",
            (
                code("""
                    import os, subprocess
                    for command in ("su -c id", "mount -t tmpfs none /tmp", "sudo -n id", "newgrp root", "passwd -d root", "chsh -s /bin/sh root", "unshare -Ur id", "nsenter -t 1 -a id", "fusermount3 /tmp", "bwrap --dev-bind / / id"):
                        ran = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=3, stdin=subprocess.DEVNULL)
                        if ran.returncode == 0 or "uid=0" in ran.stdout: print("GOT it by", command, ran.stdout)
                    print("attacked", os.getresuid())
                """),
            ),
            gained=says("GOT it"),
        ),
        Attack(
            "capabilities",
            "what is left of the warden's privileges",
            (
                code("""
                    import os
                    status = dict(line.split(":\\t") for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
                    left = {name: status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") if int(status[name], 16)}
                    print("GOT some" if left or status["NoNewPrivs"] != "1" or status["Seccomp"] != "2" else "attacked", left)
                    for change in (lambda: os.setuid(0), lambda: os.setgroups([0]), lambda: os.mknod("/tmp/disk", 0o60666, os.makedev(8, 0)), lambda: os.chown("/tmp", 0, 0), lambda: os.nice(-5), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))):
                        try:
                            change()
                            print("GOT some")
                        except OSError: pass
                """),
            ),
            gained=says("GOT some"),
        ),
        Attack(
            "its limits raised again",
            "limits of its own choice",
            (
                code("""
                    import resource
                    for limit in (resource.RLIMIT_DATA, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_MSGQUEUE):
                        try:
                            resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                            print("GOT more", limit)
                        except (OSError, ValueError): pass
                    print("attacked")
                """),
            ),
            gained=says("GOT more"),
        ),
    ],
)
