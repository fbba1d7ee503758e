"""Files and secrets: what lies around a grader, and what could be left there."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

import os
import platform
import pwd

from tests.hostile.attack import Attack, code, family, says

READ = """
import glob, os
for pattern in {patterns!r}:
    found = glob.glob(pattern, recursive=False) or [pattern]
    for path in found[:200]:
        try:
            with open(path, "rb") as file:
                print("READ", path, file.read(100_000).decode("latin-1"))
        except OSError as error:
            print(type(error).__name__)
print("attacked")
"""
WRITE = """
import os
for path in {paths!r}:
    try:
        with open(path, "ab") as file:
            file.write(b"written")
        print("WRITTEN", path)
    except OSError as error:
        print(type(error).__name__)
print("attacked")
"""


def _reads(name: str, wants: str, *patterns: str, signs: tuple[str, ...] = ()) -> Attack:
    cell = code(READ.format(patterns=patterns))
    return Attack(name, wants, (cell,), gained=says(*(signs or ("READ",))))


def _writes(name: str, wants: str, *paths: str) -> Attack:
    return Attack(name, wants, (code(WRITE.format(paths=paths)),), gained=says("WRITTEN"))


ATTACKS = family(
    "files",
    [
        _reads("gradebook", "other students' marks", "<CLASS>/gradebook.db", "<COURSE>/gradebook.db"),
        _reads(
            "other submissions",
            "a neighbour's answers",
            "<CLASS>/submitted/*/*/*",
            "<CLASS>/*",
            "/tmp/*/submitted/*/*/*",
        ),
        _reads(
            "source of the lesson",
            "the solutions",
            "<COURSE>/source/*/*",
            "/resound/source/*/*",
            "<COURSE>/release/*/*",
        ),
        _reads(
            "hidden tests", "the hidden tests", "<COURSE>/source/02_stft/checks.py", "/resound/source/02_stft/checks.py"
        ),
        _reads(
            "the grader's program",
            "how it is judged",
            "<COURSE>/autograder/*.py",
            "/resound/autograder/*.py",
            "/resound/autograder/sandbox/*.py",
        ),
        _reads(
            "accounts",
            "who there is on this machine",
            "/etc/passwd",
            "/etc/shadow",
            "/etc/group",
            "/etc/hostname",
            "/etc/hosts",
            "/etc/machine-id",
        ),
        _reads(
            "keys",
            "a key of the grader's",
            "<CLASS>/.ssh/*",
            "<HOME>/.ssh/*",
            "<HOME>/.netrc",
            "<HOME>/.gitconfig",
            "<HOME>/.bashrc",
            "/home/*/.bashrc",
            "/etc/ssl/private/*",
        ),
        _reads(
            "other places of the machine",
            "whatever lies there",
            "/var/log/*",
            "/run/*",
            "/sys/class/net/*/address",
            "/opt/*/*",
            "/srv/*",
            "/mnt/*",
            "/media/*",
            "/boot/*",
            "/tmp/pytest-of-*/*",
        ),
        Attack(
            "by way of the parent folder",
            "a path that leads out of the folders it sees",
            (
                code("""
                    import os
                    for start in ("/tmp", "/resound", "<COURSE>", "/proc/self/cwd", "/proc/self/root", "/proc/1/root", "/proc/1/cwd", "/dev/fd"):
                        for up in (start + "/.." * 8, start):
                            for secret in ("<CLASS>/gradebook.db", "<COURSE>/source", "/etc/passwd"):
                                if os.path.exists(up + secret):
                                    print("READ", up + secret)
                    folder = os.open("/", os.O_PATH)
                    try:
                        print("READ", os.listdir(os.open("../../../.." + "<CLASS>", os.O_RDONLY, dir_fd=folder)))
                    except OSError:
                        print("attacked")
                """),
            ),
            gained=says("READ"),
        ),
        Attack(
            "by way of links",
            "a link that somebody else follows",
            (
                code(
                    "import os\nos.symlink('<CLASS>/gradebook.db', '/tmp/link')\ntry: print('READ', open('/tmp/link', 'rb').read())\nexcept OSError: print('attacked')"
                ),
            ),
            gained=says("READ"),
        ),
        Attack(
            "environment of the grader",
            "a secret in a variable",
            (
                code("""
                    import os
                    seen = [dict(os.environ)]
                    for path in ("/proc/self/environ", "/proc/1/environ", "/proc/2/environ", "/proc/<GRADER>/environ"):
                        try: seen.append(open(path, "rb").read())
                        except OSError: pass
                    print("attacked", seen)
                """),
            ),
            gained=says("RESOUND_CANARY"),
        ),
        Attack(
            "other processes' memory and files",
            "what is open elsewhere",
            (
                code("""
                    import glob, os
                    for path in glob.glob("/proc/[0-9]*"):
                        if path != f"/proc/{os.getpid()}":
                            print("SEES", path)
                    for path in ("/proc/kcore", "/proc/kallsyms", "/dev/mem", "/dev/kmsg", "/proc/kmsg", "/dev/vda", "/dev/sda", "/proc/<GRADER>/mem", "/proc/sched_debug"):
                        try:
                            content = open(path, "rb").read(1000)
                            print("SEES", path) if content.strip(b"0 aTtABDdRrVvWw\\n") and "kallsyms" not in path else None
                        except OSError: pass
                    print("attacked")
                """),
            ),
            gained=says("SEES"),
        ),
        Attack(
            "files that are open",
            "what the grader left open",
            (
                code("""
                    import os, stat
                    for number in range(256):
                        try: kind, link = os.fstat(number).st_mode, os.readlink(f"/proc/self/fd/{number}")
                        except OSError: continue
                        inside = link == "/dev/null" or "site-packages" in link or stat.S_ISSOCK(kind)
                        print("open" if inside else "LEFT", number, link)
                    sockets = [n for n in range(256) if os.path.exists(f"/proc/self/fd/{n}") and os.readlink(f"/proc/self/fd/{n}").startswith("socket:")]
                    print("LEFT" if len(sockets) > 1 else "attacked", sockets)
                """),
            ),
            gained=says("LEFT"),
        ),
        Attack(
            "the seed and the solutions in memory",
            "what the warm process knew before",
            (
                code(r"""
                    import re
                    wanted = re.compile(rb"###[ ]BEGIN SOLUTION|cycle = np.arange\(window_length\)[ ]/|class[ ]SliceIntoFrames|canary[-]5b1f")
                    found = []
                    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
                        for line in maps:
                            begin, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
                            if rights.startswith("rw") and "[v" not in line:
                                try:
                                    memory.seek(int(begin, 16))
                                    content = memory.read(min(int(end, 16) - int(begin, 16), 16 << 20))
                                except OSError: continue
                                found += wanted.findall(content)
                    print("FOUND" if found else "attacked", found)
                """),
            ),
            gained=says("FOUND"),
        ),
        Attack(
            "who and where it is",
            "the names of the machine and of its user",
            (
                code("""
                    import getpass, os, platform, socket
                    print("attacked", platform.node(), socket.gethostname(), getpass.getuser(), os.uname().nodename)
                    print(open("/proc/sys/kernel/hostname").read())
                """),
            ),
            gained=lambda result: ", ".join(
                name for name in (platform.node(), pwd.getpwuid(os.geteuid()).pw_name) if f" {name} " in result.text
            ),
        ),
        _writes(
            "over submissions and marks",
            "to change another's work",
            "<CLASS>/gradebook.db",
            "<CLASS>/submitted/neighbour/02_stft/02_stft.ipynb",
            "<OUTSIDE>/kept.txt",
            "<OUTSIDE>/new.txt",
        ),
        _writes(
            "over the release",
            "to change what others get",
            "<COURSE>/release/02_stft/02_stft.ipynb",
            "<COURSE>/gradebook.db",
            "<COURSE>/assets/checks/02_stft.npz",
        ),
        _writes(
            "over the packages",
            "to run its code in the next submission",
            *(f"{folder}/evil.pth" for folder in __import__("sys").path if "site-packages" in folder),
            "/usr/lib/evil.pth",
            "/resound/course/check/__init__.py",
            "/resound/autograder/sandbox/inside/wire.py",
        ),
        _writes(
            "over the sandbox",
            "to leave something for the next submission",
            "/evil",
            "/resound/evil",
            "/dev/evil",
            "/etc/evil",
            "/home/evil",
            "/usr/evil",
            "/srv/evil",
            "/dev/pts/evil",
        ),
        _writes(
            "over the kernel's switches",
            "to change the machine",
            "/proc/sys/kernel/core_pattern",
            "/proc/sys/kernel/hostname",
            "/proc/sys/vm/drop_caches",
            "/proc/sysrq-trigger",
            "/proc/1/uid_map",
            "/proc/sys/user/max_user_namespaces",
            "/proc/sys/net/ipv4/ip_forward",
        ),
        Attack(
            "less to be chosen when memory ends",
            "that the kernel ends the grader in its place",
            (
                code("""
                    try:
                        open("/proc/self/oom_score_adj", "w").write("0")
                        print("LOWERED")
                    except OSError:
                        print("attacked")
                """),
            ),
            gained=says("LOWERED") if os.geteuid() == 0 else lambda result: "",
            shows="attacked" if os.geteuid() == 0 else "",
        ),
    ],
)
