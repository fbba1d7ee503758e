"""What the sandbox asks of Linux and Python has no call for: namespaces, mounts, capabilities, seccomp.

Sources: the manual pages unshare(2), user_namespaces(7), mount(2), capabilities(7), prctl(2), seccomp(2).
"""

import ctypes
import os
import platform
import struct

_libc = ctypes.CDLL(None, use_errno=True)

NEW_MOUNTS, NEW_NAMES, NEW_IPC, NEW_USER, NEW_PIDS, NEW_NETWORK = (
    0x00020000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
EVERY_NAMESPACE = NEW_MOUNTS | NEW_NAMES | NEW_IPC | NEW_USER | NEW_PIDS | NEW_NETWORK | 0x02000000 | 0x00000080

READ_ONLY, NO_SUID, NO_DEVICES, NO_PROGRAMS, AGAIN, RECURSIVE, PRIVATE, DETACH = 1, 2, 4, 8, 32, 0x4000, 0x40000, 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = (
    1,
    4,
    22,
    24,
    38,
    47,
)
COLLAPSE, LARGE_PAGE = 25, 2 << 20
CAPABILITY_VERSION = 0x20080522
MOST_CAPABILITIES = 64


def gather_pages() -> None:
    """Gather this process's own memory into large pages, as far as the kernel knows how and likes to.

    Each fork copies the table of pages, and lets go of it in the end: that is most of what a fork costs. 512 small
    pages take one line in it once they are a large one.
    """
    with open("/proc/self/maps", encoding="ascii") as maps:
        mappings = [line.split() for line in maps]
    for place, rights, _, _, inode, *_ in mappings:
        start, end = (int(each, 16) for each in place.split("-"))
        if inode == "0" and rights == "rw-p" and end - start >= LARGE_PAGE:
            _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), COLLAPSE)


def unshare(kinds: int) -> None:
    """Leave the namespaces of these kinds for new ones."""
    _must(_libc.unshare(kinds), "unshare")


def mount(kind: str | None, where: str, flags: int, options: str = "") -> None:
    """Mount a file system of a kind; without a kind, change how `where` spreads."""
    name = kind.encode() if kind else None
    _must(_libc.mount(name, where.encode(), name, flags, options.encode() or None), f"mount {where}")


def unmount(where: str) -> bool:
    """Take a mount away, whoever uses it; False if there is none."""
    return _libc.umount2(where.encode(), DETACH) == 0


def control(option: int, value: int = 0) -> None:
    """One of prctl(2)'s switches."""
    _must(_libc.prctl(option, value, 0, 0, 0), f"prctl {option}")


def drop_capabilities() -> None:
    """Give up every capability for good, that of programs yet to be started included."""
    for capability in range(MOST_CAPABILITIES):
        # an error says that this kernel knows no capability of that number
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    _libc.prctl(PR_CAP_AMBIENT, 4, 0, 0, 0)
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    _must(_libc.capset(header, bytes(24)), "capset")
    control(PR_SET_NO_NEW_PRIVS, 1)


# Of no use to a notebook, and much to somebody who looks for a way out, or for memory that no limit counts.
REFUSED = {
    "x86_64": {
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "mount": 165, "umount2": 166,
        "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "memfd_create": 319, "memfd_secret": 447,
        "shmget": 29, "mq_open": 240, "add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321,
        "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "open_by_handle_at": 304,
        "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "mount_setattr": 442, "syslog": 103,
        "kexec_load": 246, "init_module": 175, "finit_module": 313, "personality": 135, "semget": 64, "msgget": 68,
        "modify_ldt": 154,
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "mount": 40, "umount2": 39,
        "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268, "memfd_create": 279, "memfd_secret": 447,
        "shmget": 194, "mq_open": 180, "add_key": 217, "request_key": 218, "keyctl": 219, "bpf": 280,
        "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425, "open_by_handle_at": 265,
        "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "mount_setattr": 442, "syslog": 116,
        "kexec_load": 104, "init_module": 105, "finit_module": 273, "personality": 92, "semget": 190, "msgget": 186,
    },
}  # fmt: skip
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435
SOCKET = {"x86_64": 41, "aarch64": 198}
MMAP = {"x86_64": 9, "aarch64": 222}
FAMILIES = (1, 2, 10, 16)
"""Of sockets: local ones, and those that a network namespace holds back (IPv4, IPv6, netlink)."""
SHARED_AND_ANONYMOUS = 0x21
"""Memory that is held without being counted as anybody's."""
X32_BIT = 0x40000000

LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT, FOURTH_ARGUMENT_AT = 0, 4, 16, 40


def refuse_system_calls() -> None:
    """Make the kernel answer `REFUSED` calls, and `clone` into new namespaces, with an error. Needs no_new_privs."""
    program = seccomp_program(platform.machine())
    filter_ = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(filter_))
    _must(_libc.prctl(PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0), "seccomp")


def seccomp_program(machine: str) -> bytes:
    """The filter for a kind of machine, in the kernel's small language (classic BPF).

    Raises
    ------
    OSError
        If the kind of machine is not known here.
    """
    if machine not in REFUSED:
        raise OSError(f"no list of system calls for machines of the kind {machine}")
    lines = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (EQUAL, 1, 0, ARCHITECTURE[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (AT_LEAST, 0, 1, X32_BIT),
        (RETURN, 0, 0, KILL),
    ]
    for number in sorted(REFUSED[machine].values()):
        lines += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE | EPERM)]
    # its flags lie in memory, out of the filter's sight; who is told that it isn't there takes `clone`
    lines += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, REFUSE | ENOSYS)]
    lines += [
        (EQUAL, 0, 4, CLONE[machine]),
        (LOAD, 0, 0, FIRST_ARGUMENT_AT),
        (ANY_BIT, 0, 1, EVERY_NAMESPACE & ~0x80),
        (RETURN, 0, 0, REFUSE | EPERM),
        (RETURN, 0, 0, ALLOW),
        (EQUAL, 0, 5, MMAP[machine]),
        (LOAD, 0, 0, FOURTH_ARGUMENT_AT),
        (AND, 0, 0, SHARED_AND_ANONYMOUS),
        (EQUAL, 0, 1, SHARED_AND_ANONYMOUS),
        (RETURN, 0, 0, REFUSE | EPERM),
        (RETURN, 0, 0, ALLOW),
        (EQUAL, 0, 2 * len(FAMILIES) + 2, SOCKET[machine]),
        (LOAD, 0, 0, FIRST_ARGUMENT_AT),
    ]
    for family in FAMILIES:
        lines += [(EQUAL, 0, 1, family), (RETURN, 0, 0, ALLOW)]
    lines += [(RETURN, 0, 0, REFUSE | EAFNOSUPPORT), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _must(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
