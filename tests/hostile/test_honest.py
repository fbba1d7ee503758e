"""What keeps attackers out takes nothing from honest students: every one of these has full marks."""

# ruff: noqa: E501  (what a student writes stands here as it is run)

from dataclasses import dataclass, field

import pytest

from autograder.sandbox.limits import Limits
from tests.hostile.attack import Attack, code, solved, written

SOLVED = solved()


@dataclass(frozen=True)
class Habit:
    """What somebody honest does beside the exercises."""

    name: str
    cells: tuple[dict, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    after: tuple[dict, ...] = ()
    kept: str = ""
    """stands in the executed notebook"""


def _wrapped(name: str, before: str, after: str = "") -> dict[str, str]:
    return {name: f"{before}\n{SOLVED[name]}\n{after}"}


HANN = "0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_length) / window_length)"
HABITS = [
    Habit("nothing"),
    Habit(
        "warnings",
        (code("import warnings\nwarnings.warn('careful')"),),
        _wrapped("hann", "import warnings"),
        kept="careful",
    ),
    Habit(
        "warnings in an answer",
        answers={
            "to_db": "import warnings\n"
            + SOLVED["to_db"].replace("    return", "    warnings.warn('slow')\n    np.log10(np.zeros(2))\n    return")
        },
    ),
    Habit(
        "prints to stderr",
        (code("import sys\nprint('to stderr', file=sys.stderr)"),),
        {
            "hann": f"import sys\ndef hann(window_length):\n    print('here', file=sys.stderr)\n    print(window_length)\n    return {HANN}"
        },
        kept="to stderr",
    ),
    Habit(
        "logging",
        (code("import logging\nlogging.basicConfig(level=logging.DEBUG)\nlogging.error('logged')"),),
        {
            "hann": f"import logging\ndef hann(window_length):\n    logging.error('n = %s', window_length)\n    return {HANN}"
        },
    ),
    Habit(
        "cells of its own",
        (code("1 + 1"), written("markdown", "# My notes & <b>thoughts</b>"), code("x = 3"), written("raw", "raw")),
        after=(code("print('the end')"),),
        kept="the end",
    ),
    Habit(
        "a helper in another cell",
        (code("def raised_cosine(cycle):\n    return 0.5 - 0.5 * np.cos(2 * np.pi * cycle)"),),
        {"hann": "def hann(window_length):\n    return raised_cosine(np.arange(window_length) / window_length)"},
    ),
    Habit(
        "primitives of libraries",
        (code("import scipy.fft"),),
        {
            "get_stft": "import scipy.fft\nfrom numpy.lib.stride_tricks import sliding_window_view\ndef get_stft(amplitudes, window_length, hop_length):\n    padded = np.pad(amplitudes, window_length // 2)\n    frames = sliding_window_view(padded, window_length)[::hop_length]\n    return scipy.fft.rfft(frames * hann(window_length), axis=1).T"
        },
    ),
    Habit(
        "compares with librosa, in a cell of its own",
        (code("import librosa\nimport numpy as np\nprint(np.hanning(5), librosa.stft(np.ones(2048)).shape)"),),
        after=(code("np.allclose(hann(64), scipy.signal.get_window('hann', 64))"),),
        kept="True",
    ),
    Habit(
        "compares with librosa, below the def",
        answers=_wrapped(
            "hann", "", "print(np.abs(hann(64) - scipy.signal.get_window('hann', 64)).max())\nprint(np.hanning(8))"
        )
        | _wrapped("to_db", "", "print(librosa.power_to_db(np.ones(3)))")
        | _wrapped(
            "get_stft",
            "",
            "assert np.allclose(get_stft(np.ones(4096), 512, 128), librosa.stft(np.ones(4096), n_fft=512, hop_length=128))",
        ),
    ),
    Habit("a command of the shell", (code("!echo from the shell\nfiles = !ls"),), kept="from the shell"),
    Habit(
        "a program",
        (
            code(
                "import subprocess\nprint(subprocess.run(['echo', 'from a program'], capture_output=True, text=True).stdout)"
            ),
        ),
        kept="from a program",
    ),
    Habit(
        "pictures",
        (
            code("import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.title('mine')\nplt.show()"),
            code("%matplotlib inline\nplt.figure()\nplt.imshow([[1, 2], [3, 4]])"),
        ),
        kept="iVBOR",
    ),
    Habit(
        "tables",
        (
            code(
                "from IPython.display import HTML, Markdown, display\ndisplay(HTML('<table><tr><td>in a table</td></tr></table>'), Markdown('**bold**'))"
            ),
        ),
        kept="in a table",
    ),
    Habit(
        "classes of its own",
        (
            code(
                "from dataclasses import dataclass\n@dataclass\nclass Window:\n    length: int\n    def values(self):\n        return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(self.length) / self.length)"
            ),
        ),
        {"hann": "def hann(window_length):\n    return Window(window_length).values()"},
    ),
    Habit(
        "a class that is called",
        answers={"hann": f"class Hann:\n    def __call__(self, window_length):\n        return {HANN}\nhann = Hann()"},
    ),
    Habit(
        "type hints and strings",
        answers={
            "hann": f"from __future__ import annotations\nimport numpy.typing as npt\ndef hann(window_length: int, /, *, name: str = f'{{1 + 1}}') -> npt.NDArray[np.float64]:\n    name = f'{{window_length=}} {{name!r:>10}}'\n    return {HANN}"
        },
    ),
    Habit(
        "decorators",
        (
            code(
                "import functools, time\ndef timed(function):\n    @functools.wraps(function)\n    def inner(*given, **named):\n        begun = time.perf_counter()\n        result = function(*given, **named)\n        print(time.perf_counter() - begun)\n        return result\n    return inner"
            ),
        ),
        {name: f"@timed\n{source}" for name, source in SOLVED.items()},
    ),
    Habit("lambdas", answers={"hann": f"hann = lambda window_length: {HANN}"}),
    Habit(
        "a cache", answers={"hann": f"import functools\n@functools.cache\ndef hann(window_length):\n    return {HANN}"}
    ),
    Habit(
        "loops and lists",
        answers={
            "hann": "import math\ndef hann(window_length):\n    return [0.5 - 0.5 * math.cos(2 * math.pi * n / window_length) for n in range(window_length)]",
            "get_stft": SOLVED["get_stft"].replace("hann(window_length)", "np.array(hann(window_length))"),
        },
    ),
    Habit(
        "single and long precision",
        answers={
            "hann": f"def hann(window_length):\n    return ({HANN}).astype(np.float32)",
            "to_db": SOLVED["to_db"].replace("return decibels", "return decibels.astype(np.longdouble)"),
        },
    ),
    Habit("bytes in another order", answers={"hann": f"def hann(window_length):\n    return ({HANN}).astype('>f8')"}),
    Habit(
        "Fortran's order and views",
        answers={
            "get_spectrogram": SOLVED["get_spectrogram"].replace("return power", "return np.asfortranarray(power)[::1]")
        },
    ),
    Habit(
        "masked arrays and matrices",
        answers={
            "get_spectrogram": SOLVED["get_spectrogram"].replace("return power", "return np.ma.masked_array(power)")
        },
    ),
    Habit(
        "awaits",
        (
            code("import asyncio\nawait asyncio.sleep(0)\nprint('awaited')"),
            code("async def later():\n    return 1\nawait later()"),
        ),
        kept="awaited",
    ),
    Habit(
        "measures",
        (
            code("%timeit -n 2 -r 1 sum(range(10))\n%time x = 1"),
            code("%%time\ny = 2"),
            code("%%capture\nprint('hidden')"),
        ),
        kept="per loop",
    ),
    Habit(
        "seeds",
        (
            code(
                "np.random.seed(1)\nimport random\nrandom.seed(1)\nrng = np.random.default_rng(1)\nprint(np.random.rand(2), rng.random())"
            ),
        ),
    ),
    Habit(
        "options of NumPy",
        (code("np.set_printoptions(precision=2)\nnp.seterr(all='ignore')"),),
        {
            "to_db": "def to_db(power, ref=1.0, top_db=80.0):\n    with np.errstate(divide='ignore'):\n        level = 10 * np.log10(np.maximum(power, 1e-10) / ref)\n    return np.clip(level, level.max() - top_db, None)"
        },
    ),
    Habit(
        "an error in a cell of its own",
        (code("1 / 0"), code("undefined"), code("def broken(:")),
        kept="ZeroDivisionError",
    ),
    Habit(
        "files of its own",
        (
            code(
                "np.save('mine.npy', np.arange(3))\nprint(np.load('mine.npy'))\nwith open('notes.txt', 'w') as notes: notes.write('x')"
            ),
        ),
        kept="[0 1 2]",
    ),
    Habit(
        "threads and processes in a cell",
        (
            code(
                "from concurrent.futures import ThreadPoolExecutor\nprint(list(ThreadPoolExecutor(4).map(abs, [-1, -2])))\nimport multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool: print(pool.map(abs, [-3, -4]))"
            ),
        ),
        kept="[3, 4]",
    ),
    Habit("checks, hints and progress", after=(code("check(hann)\nhint(to_db)\nprogress()"),)),
    Habit("much output", (code("for line in range(3000): print('line', line)"),), kept="line 2999"),
    Habit("memory", (code("large = np.ones((4000, 4000))\nprint(large.sum())"),), kept="16000000.0"),
    Habit("sound", (code("from IPython.display import Audio\nAudio(np.zeros(1000), rate=8000)"),)),
    Habit("widgets", (code("import ipywidgets\nipywidgets.IntSlider()"),)),
    Habit(
        "Greek letters and signs",
        answers={
            "hann": "def hann(window_length):\n    π, 𝑁 = np.pi, window_length\n    # ½ − ½·cos(2πn/N) 🎵\n    return 0.5 - 0.5 * np.cos(2 * π * np.arange(𝑁) / 𝑁)"
        },
    ),
    Habit("tabs and Windows' line ends", answers={"hann": f"def hann(window_length):\r\n\treturn {HANN}\r\n"}),
]


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name.replace(" ", "_"))
def test_honest(habit: Habit, grade) -> None:
    """Somebody honest has full marks, and no limit is met."""
    handed_in = Attack(habit.name, "nothing", habit.cells, SOLVED | habit.answers, habit.after, limits=Limits())
    result = grade(handed_in)
    assert result.points == 15, {name: told["says"] for name, told in result.graded.verdicts.items()}
    assert habit.kept in result.text
    assert not [remark for remark in result.graded.remarks if "limit" in remark]
