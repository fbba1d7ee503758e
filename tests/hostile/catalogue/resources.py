"""Resources: memory, disk, time, output, and ends that are no ends."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

from dataclasses import replace

from tests.hostile.attack import QUICK, Attack, Result, code, family, says

SMALL = replace(QUICK, memory_bytes=100 << 20, disk_bytes=16 << 20, cell_seconds=3.0)
BRIEF = replace(QUICK, cell_seconds=0.6, call_seconds=0.6, notebook_seconds=3.0)
LITTLE = replace(QUICK, output_bytes=50_000, endless_output_bytes=2 << 20)
MEMORY = "It used more than 100 MB of memory"
DISK = "It wrote more than 16 MB"


def _takes(name: str, wants: str, source: str, shows: str = MEMORY) -> Attack:
    """Takes memory: whoever gets away with it prints HELD."""
    begun = "print('attacked', flush=True)\n" if shows == "attacked" else ""
    return Attack(name, wants, (code(begun + source),), limits=SMALL, shows=shows, gained=says("HELD it"))


def _lasts(name: str, wants: str, source: str, shows: str = "limit on time", **more: object) -> Attack:
    """Takes time."""
    return Attack(name, wants, (code(source),), limits=BRIEF, shows=shows, **more)


def _long(result: Result) -> str:
    # what our own cells show is no part of it, and half of this
    return "a large notebook" * (max(len(text) for text in [result.text, *result.markup]) > 1_000_000)


def _prints(name: str, wants: str, source: str, shows: str) -> Attack:
    """Makes output."""
    return Attack(name, wants, (code(source),), limits=LITTLE, shows=shows, gained=_long)


HOLD = "time.sleep(1)\nprint('HELD', 'it')"

ATTACKS = family(
    "resources",
    [
        _takes(
            "memory",
            "all memory of the machine",
            "import time\nheld = []\ntry:\n    while len(held) < 1000: held.append(bytearray(b'x') * (8 << 20))\nexcept MemoryError: pass\ntime.sleep(0.5)\nif len(held) > 25: print('HELD', 'it')",
            "",
        ),
        _takes(
            "memory of many children",
            "as much for each child",
            f"import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n        held = bytearray(b'x') * (40 << 20)\n        time.sleep(60)\n{HOLD}",
        ),
        _takes(
            "memory of programs it starts",
            "as much for each program",
            f"import subprocess, sys, time\nfor _ in range(6): subprocess.Popen([sys.executable, '-S', '-c', \"x = bytearray(b'1') * (150 << 20); import time; time.sleep(60)\"])\ntime.sleep(1)\n{HOLD}",
        ),
        _takes(
            "memory that is shared",
            "memory that stays when nobody looks",
            f"import mmap, time\nheld = []\nfor _ in range(60):\n    held.append(mmap.mmap(-1, 8 << 20))\n    held[-1].write(bytes(8 << 20))\n    held[-1].madvise(mmap.MADV_DONTNEED)\n{HOLD}",
            "attacked",
        ),
        _takes(
            "memory of /dev/zero",
            "memory that stays when nobody looks",
            f"import mmap, os, time\nheld = []\nfor _ in range(60):\n    held.append(mmap.mmap(os.open('/dev/zero', os.O_RDWR), 8 << 20, mmap.MAP_SHARED))\n    held[-1].write(bytes(8 << 20))\n    held[-1].madvise(mmap.MADV_DONTNEED)\n{HOLD}",
            "attacked",
        ),
        _takes(
            "memory of page tables",
            "memory that is no page",
            f"""import ctypes, time
libc = ctypes.CDLL(None)
libc.mmap.restype, libc.mmap.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
room = 1 << 37
at = libc.mmap(None, room, 1, 0x4022, -1, 0)
assert at not in (None, 2 ** 64 - 1), "refused"
libc.madvise(ctypes.c_void_p(at), ctypes.c_size_t(room), 15)
cells = (ctypes.c_char * room).from_address(at)
for place in range(0, room, 2 << 20): cells[place]
{HOLD}""",
            "attacked",
        ),
        _takes(
            "memory of System V semaphores",
            "memory of the kernel",
            "import ctypes\nlibc = ctypes.CDLL(None)\nheld = [libc.semget(0, 32000, 0o600) for _ in range(200)]\nif held[-1] >= 0: print('HELD', 'it')",
            "attacked",
        ),
        _takes(
            "memory of System V messages",
            "memory of the kernel",
            "import ctypes\nlibc = ctypes.CDLL(None)\nmessage = ctypes.create_string_buffer(b'\\x01', 8208)\nsent = 0\nfor _ in range(8000):\n    queue = libc.msgget(0, 0o600)\n    while libc.msgsnd(queue, message, 8190, 0o4000) == 0: sent += 8192\nif sent > 100 << 20: print('HELD', 'it')",
            "attacked",
        ),
        _takes(
            "memory of sockets",
            "memory of the kernel",
            """import os, socket, time
held, sent = [], 0
for _ in range(8):
    if os.fork() == 0: break
else: time.sleep(2)
try:
    while True:
        held += socket.socketpair()
        for each in held[-2:]:
            each.setblocking(False)
            try:
                while True: sent += each.send(bytes(65536))
            except BlockingIOError: pass
except OSError: pass
while os.getpid() > 1: time.sleep(60)""",
            "",
        ),
        _takes(
            "memory without a name",
            "memory that is no process's",
            f"import os, time\nfile = os.memfd_create('x')\nfor _ in range(60): os.write(file, bytes(8 << 20))\n{HOLD}",
            "Operation not permitted",
        ),
        _takes(
            "disk",
            "the whole disk",
            "with open('/tmp/x', 'wb', 0) as file:\n    for _ in range(200): file.write(bytes(1 << 20))\nimport time\ntime.sleep(2)\nprint('HELD', 'it')",
            "limit on disk",
        ),
        _takes(
            "many files",
            "the whole disk, file by file",
            "import time\nfor number in range(64):\n    with open(f'/tmp/{number}', 'wb') as file: file.write(bytes(1 << 20))\ntime.sleep(2)\nprint('HELD', 'it')",
            "limit on disk",
        ),
        _takes(
            "the other disk",
            "the disk that is memory",
            "import time\nfor number in range(64):\n    with open(f'/dev/shm/{number}', 'wb') as file: file.write(bytes(1 << 20))\ntime.sleep(2)\nprint('HELD', 'it')",
            "limit on disk",
        ),
        _takes(
            "numbers of files",
            "all numbers that a file system has for files",
            "import time\nfor number in range(20_000): open(f'/tmp/{number}', 'wb').close()\ntime.sleep(2)\nprint('HELD', 'it')",
            "limit on disk",
        ),
        _takes(
            "open files",
            "all numbers that a machine has for open files",
            "import os\nheld = []\ntry:\n    while True: held.append(os.open('/dev/null', os.O_RDONLY))\nexcept OSError as error:\n    print('HELD it' if len(held) > 300 else error)",
            "Too many open files",
        ),
        _lasts("a loop without an end", "the grader's time", "while True: pass"),
        _lasts(
            "a loop that goes on when it is interrupted",
            "the grader's time",
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "limit on time",
        ),
        _lasts(
            "signals ignored",
            "the grader's time",
            "import signal, time\nfor number in range(1, 65):\n    try: signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: time.sleep(1)",
            "limit on time",
        ),
        _lasts("sleep", "the grader's time", "import time\ntime.sleep(3600)"),
        _lasts(
            "a call of C that doesn't return",
            "the grader's time",
            "import ctypes\nctypes.CDLL(None).pause()\nctypes.CDLL(None).sleep(3600)",
            "",
        ),
        _lasts(
            "stops itself",
            "the grader's time",
            "import os, signal, time\nprint('attacked')\nos.kill(0, signal.SIGSTOP)\nos.kill(os.getpid(), signal.SIGSTOP)",
            "attacked",
        ),
        _lasts("a pattern that takes for ever", "the grader's time", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')"),
        Attack(
            "many slow cells",
            "as much time for each cell",
            tuple(code("while True: pass") for _ in range(30)),
            limits=BRIEF,
            shows="limit on time",
        ),
        Attack(
            "much processor time",
            "more than its time on the processor",
            (code("while True: pass"),),
            limits=replace(QUICK, cell_seconds=4.0, cpu_seconds=1),
            shows="processor time",
        ),
        Attack(
            "sleeps for hidden inputs alone",
            "the judge's time",
            answers={
                "hann": "import time\ndef hann(n):\n    if n not in (8, 9, 512): time.sleep(3600)\n    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)"
            },
            limits=BRIEF,
            shows="did not finish in time",
        ),
        Attack(
            "loops for hidden inputs, and goes on",
            "the judge's time",
            answers={
                "hann": "def hann(n):\n    while n not in (8, 9, 512):\n        try:\n            while True: pass\n        except BaseException: pass\n    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)"
            },
            limits=BRIEF,
            shows="limit on time",
        ),
        _prints(
            "prints without an end",
            "a notebook of any size",
            "while True: print('x' * 1000)",
            "This cell was stopped: it printed",
        ),
        _prints(
            "prints without an end, and goes on",
            "a notebook of any size",
            "import time\nend = time.monotonic() + 1\nwhile time.monotonic() < end:\n    try: print('x' * 100_000)\n    except BaseException: pass",
            "This cell was stopped: it printed",
        ),
        _prints(
            "complains without an end",
            "a notebook of any size",
            "import sys\nwhile True: print('x' * 1000, file=sys.stderr)",
            "This cell was stopped: it printed",
        ),
        _prints(
            "shows without an end",
            "a notebook of any size",
            "while True: display({'text/html': '<b>' + 'x' * 10_000 + '</b>'}, raw=True)",
            "This cell was stopped: it printed",
        ),
        _prints(
            "prints past Python",
            "the grader's own output",
            "import os\nos.set_blocking(1, False)\nprint('attacked')\nfor _ in range(1000): os.write(1, bytes(100_000))",
            "attacked",
        ),
        _prints("a giant message", "a notebook of any size", "raise ValueError('x' * 90_000_000)", ""),
        _prints(
            "a giant traceback",
            "a notebook of any size",
            "def deep(n):\n    try: return deep(n - 1) if n else 1 / 0\n    except Exception: raise ValueError('x' * 10_000)\ndeep(40)",
            "Only the first",
        ),
        _prints(
            "a giant repr",
            "a notebook of any size",
            "class Large:\n    def __repr__(self): return 'x' * 50_000_000\nLarge()",
            "",
        ),
        _prints("many small outputs", "a notebook of any number of outputs", "for _ in range(20_000): display(1)", "1"),
        Attack(
            "exits",
            "the end of the judge",
            (code("raise SystemExit"), code("import sys\nsys.exit('attacked')")),
        ),
        Attack(
            "exits at once", "the end of the judge", (code("import os\nos._exit(0)"),), shows="It ended its own process"
        ),
        Attack("aborts", "the end of the judge", (code("import os\nos.abort()"),), shows="Its process crashed"),
        Attack(
            "crashes",
            "the end of the judge",
            (code("import ctypes\nctypes.string_at(0)"),),
            shows="Its process crashed",
        ),
        Attack(
            "recursion without an end",
            "the end of the judge",
            (
                code(
                    "import sys\nsys.setrecursionlimit(1 << 30)\nclass Deep:\n    def __getattr__(self, name): return getattr(self, name)\nDeep().x"
                ),
            ),
            shows="process",
        ),
        Attack(
            "exits in every function",
            "the end of the judge",
            (code("print('attacked')"),),
            {
                "hann": "import os\ndef hann(n): os._exit(0)",
                "to_db": "def to_db(*_, **__): raise SystemExit",
                "get_stft": "import os\ndef get_stft(*_): os.abort()",
            },
        ),
        Attack(
            "exits behind the judge's back",
            "the rest of the notebook to be left alone",
            tuple(code("import os\nos._exit(0)") for _ in range(12)),
            shows="ended the notebook's process",
        ),
        Attack(
            "a text that Python's parser takes long for",
            "the grader's time: it reads the text as well",
            (code("print('attacked')"),),
            {"hann": "hann = " + 'f"{a}" ' * 70_000},
            within=30.0,
        ),
        Attack(
            "a list that Python's parser takes long for",
            "the grader's time: it reads the text as well",
            (code("print('attacked')"),),
            {"hann": "hann = [" + "0," * 225_000 + "]"},
            within=30.0,
        ),
        Attack(
            "names of modules that run when they are imported",
            "the grader to run a program",
            (code("print('attacked')"),),
            {"hann": "def hann(n): return numpy.f2py.__main__.x, scipy.conftest.y, numpy.conftest.z"},
        ),
    ],
)
