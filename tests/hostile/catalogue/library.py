"""What was to be built, taken from a library, in all disguises: it earns nothing, and is told."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

from dataclasses import replace

from tests.hostile.attack import QUICK, Attack, code, family

BRIEF = replace(QUICK, call_seconds=0.7, notebook_seconds=4.0)

TOLD = "This exercise asks you to build that yourself"


def _hann(name: str, source: str, cells: str = "pass", told: str = TOLD) -> Attack:
    """Answers `hann` with a library's window: `disguised` is np.hanning, found without naming it."""
    cell = code(f"import numpy as np\ndisguised = getattr(np, 'han' + 'ning')\nprint('attacked')\n{cells}")
    return Attack(name, "marks for calling what was to be built", (cell,), {"hann": source}, limits=BRIEF, shows=told)


PLAIN = "def hann(n):\n    return {}(n + 1)[:-1]"
WORKER = """
import queue, threading
given, taken = queue.Queue(), queue.Queue()
def work():
    while True:
        taken.put(disguised(given.get()))
threading.Thread(target=work, daemon=True).start()
"""
SERVER = """
import os, pickle
(read, theirs), (mine, write) = os.pipe(), os.pipe()
if os.fork() == 0:
    while True:
        os.write(theirs, pickle.dumps(disguised(int(os.read(mine, 20)))))
def asked(n):
    os.write(write, str(n).encode())
    return pickle.loads(os.read(read, 1 << 20))
"""
PROGRAM = """
import subprocess, sys
program = "import numpy, sys\\nfor line in sys.stdin: print(*getattr(numpy, 'han' + 'ning')(int(line)), flush=True)"
helper = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def asked(n):
    print(n, file=helper.stdin, flush=True)
    return np.array(helper.stdout.readline().split(), float)
"""
COPY = """
import inspect, types
original = inspect.unwrap(disguised)
copied = types.FunctionType(original.__code__, original.__globals__)
"""
RENAMED = """
import inspect, types
original = inspect.unwrap(disguised)
renamed = types.FunctionType(original.__code__.replace(co_filename="mine.py", co_qualname="mine", co_name="mine"), original.__globals__)
"""
TEXT = """
import inspect
text = inspect.getsource(inspect.unwrap(disguised)).split(")", 1)[-1].replace("hanning", "mine")
own = dict(vars(np), np=np)
exec(text[text.index("def "):], own)
"""
LAZY = """
class Lazy:
    def __init__(self, n): self.n = n
    def __array__(self, *_, **__): return disguised(self.n + 1)[:-1]
"""
BLIND = """
import contextlib, gc
from autograder.sandbox.inside import answers
answers.watch = lambda *_: contextlib.nullcontext(set())
"""
HOOK = """
import sys
kept = []
def hook(event, given):
    if event == "mine":
        kept.append(disguised(given[0]))
getattr(sys, "addaudithook", print)(hook)
"""

ATTACKS = family(
    "library",
    [
        _hann("by its name", PLAIN.format("np.hanning")),
        _hann("under another name", PLAIN.format("mine"), "import numpy as mathematics\nmine = mathematics.hanning"),
        _hann("imported from", PLAIN.format("window"), "from numpy import hanning as window"),
        _hann("by getattr", PLAIN.format("getattr(np, 'hanning')")),
        _hann("by a name in pieces", PLAIN.format("getattr(np, 'han' + 'ning')")),
        _hann(
            "by importlib", PLAIN.format("getattr(__import__('importlib').import_module('nu' + 'mpy'), 'han' + 'ning')")
        ),
        _hann("by eval", PLAIN.format("eval('np.han' + 'ning')")),
        _hann("by exec", "exec('def hann(n): return np.han' + 'ning(n + 1)[:-1]')"),
        _hann(
            "by functools.partial", "import functools\nhann = functools.partial(lambda f, n: f(n + 1)[:-1], disguised)"
        ),
        _hann("from sys.modules", PLAIN.format("vars(__import__('sys').modules['nu' + 'mpy'])['han' + 'ning']")),
        _hann(
            "a table made before", "table = {n: np.hanning(n + 1)[:-1] for n in range(2100)}\nhann = lambda n: table[n]"
        ),
        _hann(
            "a table, disguised", "table = {n: disguised(n + 1)[:-1] for n in range(2100)}\nhann = lambda n: table[n]"
        ),
        _hann("a copy of its code", PLAIN.format("copied"), COPY),
        _hann("a copy of its code, renamed", PLAIN.format("renamed"), RENAMED),
        _hann("a copy of its text", PLAIN.format("own['mine']"), TEXT),
        _hann("in a method", "class Window:\n    def __call__(self, n): return disguised(n + 1)[:-1]\nhann = Window()"),
        _hann("in a helper of another cell", PLAIN.format("helper"), "def helper(n): return np.hanning(n)"),
        _hann(
            "in another program",
            "import subprocess, sys\ndef hann(n):\n    said = subprocess.run([sys.executable, '-c', f\"import numpy; print(*getattr(numpy, 'han' + 'ning')({n + 1})[:-1])\"], capture_output=True, text=True).stdout\n    return np.array(said.split(), float)",
        ),
        _hann("in a program started before", "hann = lambda n: asked(n + 1)[:-1]", PROGRAM, told="attacked"),
        _hann("in a process forked before", "hann = lambda n: asked(n + 1)[:-1]", SERVER, told="attacked"),
        _hann(
            "in a thread",
            "import threading\ndef hann(n):\n    kept = []\n    thread = threading.Thread(target=lambda: kept.append(disguised(n + 1)[:-1]))\n    thread.start()\n    thread.join()\n    return kept[0]",
        ),
        _hann("in a thread started before", "def hann(n):\n    given.put(n + 1)\n    return taken.get()[:-1]", WORKER),
        _hann(
            "in a thread of the lower kind",
            "import _thread, time\ndef hann(n):\n    kept = []\n    _thread.start_new_thread(lambda: kept.append(disguised(n + 1)[:-1]), ())\n    while not kept: time.sleep(0.001)\n    return kept[0]",
        ),
        _hann(
            "while nobody profiles",
            "import sys\ndef hann(n):\n    sys.setprofile(None)\n    return disguised(n + 1)[:-1]",
        ),
        _hann(
            "while C's profile is off",
            "import ctypes\ndef hann(n):\n    ctypes.pythonapi.PyEval_SetProfile(None, None)\n    return disguised(n + 1)[:-1]",
        ),
        _hann("after the call", "hann = Lazy", LAZY),
        _hann(
            "in a generator begun before",
            "def hann(n):\n    next(made)\n    return made.send(n)",
            "def make():\n    while True:\n        n = yield\n        yield disguised(n + 1)[:-1]\nmade = make()",
        ),
        _hann(
            "compiled",
            "hann = compiled",
            "import numba\ncompiled = numba.njit(lambda n: disguised(n + 1)[:-1])\ncompiled(8)",
        ),
        _hann(
            "in an audit hook",
            "def hann(n):\n    sys.audit('mine', n + 1)\n    return kept.pop()[:-1]",
            HOOK,
            "attacked",
        ),
        _hann("with the watch replaced", PLAIN.format("disguised"), BLIND),
        _hann("SciPy's own", "import scipy.signal\ndef hann(n):\n    return scipy.signal.get_window('hann', n)"),
        _hann("librosa's own", "import librosa\ndef hann(n):\n    return librosa.filters.get_window('hann', n)"),
        _hann(
            "matplotlib's own",
            "import matplotlib.mlab\ndef hann(n):\n    return matplotlib.mlab.window_hanning(np.ones(n + 1))[:-1]",
        ),
        Attack(
            "librosa's stft by its inner name",
            "marks for calling what was to be built",
            (code("import librosa.core.spectrum\nprint('attacked')"),),
            {
                "get_stft": "def get_stft(x, n, hop):\n    return librosa.core.spectrum.stft(x, n_fft=n, hop_length=hop)",
                "get_spectrogram": "def get_spectrogram(x, n, hop):\n    return abs(librosa.core.spectrum.stft(x, n_fft=n, hop_length=hop)) ** 2",
            },
            shows=TOLD,
        ),
        Attack(
            "SciPy's stft by its inner name",
            "marks for calling what was to be built",
            (
                code(
                    "import importlib\nspectral = importlib.import_module('scipy.signal._spectral' + '_py')\nprint('attacked')"
                ),
            ),
            {
                "get_stft": "def get_stft(x, n, hop):\n    padded = np.pad(x, (0, 0))\n    return getattr(spectral, 'st' + 'ft')(x, nperseg=n, noverlap=n - hop, boundary='zeros', padded=False, scaling='spectrum')[2] * n / 2"
            },
            shows="",
        ),
        Attack(
            "librosa's decibels",
            "marks for calling what was to be built",
            (code("import librosa\nprint('attacked')"),),
            {
                "to_db": "def to_db(power, ref=1.0, top_db=80.0):\n    return librosa.power_to_db(power, ref=ref, top_db=top_db)"
            },
            shows=TOLD,
        ),
        Attack(
            "librosa's frames",
            "marks for calling what was to be built",
            (code("import librosa\nprint('attacked')"),),
            {
                "slice_into_frames": "def slice_into_frames(x, n, hop):\n    return librosa.util.frame(np.pad(x, n // 2), frame_length=n, hop_length=hop)"
            },
            shows=TOLD,
        ),
    ],
)
