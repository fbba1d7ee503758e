"""What an answer's text hangs on, and nothing else."""

import pytest

from course.check.library_names import COMPUTED, names_used

WINDOW, HANNING = "scipy.signal.get_window", "numpy.hanning"
LIBRARY_HAS = (WINDOW, HANNING, "librosa.stft")
TABLE = "table = {n: w.get_window('hann', n) for n in range(9)}"
CLASS = "class Window:\n    def of(self, n):\n        return np.hanning(n)"
HELPER = "def help(n):\n    from numpy import hanning as h\n    return h(n)"
IMPORTS = "import numpy as np, librosa, scipy.signal\nfrom scipy.signal import windows as w"


def used(*cells, answer="hann"):
    return names_used([IMPORTS, *cells], answer, LIBRARY_HAS)


@pytest.mark.parametrize(
    "cells, name",
    [
        (["def hann(n):\n    return np.hanning(n)"], HANNING),
        (["def hann(n):\n    return w.get_window('hann', n)"], WINDOW),
        (["hann = lambda n: np.hanning(n)"], HANNING),
        (["hann = np.hanning"], HANNING),
        ([TABLE, "def hann(n):\n    return table[n]"], WINDOW),
        (["t = {}\nfor n in [1]:\n    t[n] = np.hanning(n)\ndef hann(n):\n    return t[n]"], HANNING),
        ([HELPER, "def hann(n):\n    return help(n)"], HANNING),
        ([CLASS, "def hann(n):\n    return Window().of(n)"], HANNING),
        (["f = getattr(np, 'hanning')", "def hann(n):\n    return f(n)"], HANNING),
    ],
)
def test_a_disguise_is_seen_through(cells, name):
    """Another name, a table, a helper, a class, a local import."""
    assert used(*cells) == {name}


@pytest.mark.parametrize(
    "cells",
    [
        ["def hann(n):\n    '''Not np.hanning.'''\n    # np.hanning\n    return n", "np.hanning(8)"],
        ["def hann(n):\n    return n\nprint(np.hanning(3))\ntheirs = np.hanning(5)"],
        ["def hann(n):\n    return np.hanning(n)", "def hann(n):\n    return 2 * n"],
        ["%time np.hanning(3)\ndef hann(n):\n    return n"],
        ["this is no Python", "def hann(n):\n    return n"],
        ["hanning = 1\ndef hann(n):\n    return hanning * n"],
        [],
    ],
)
def test_comparing_is_no_fault(cells):
    """Nor is what was written before and is no longer there, or what is not code."""
    assert used(*cells) == set()


def test_a_local_name_is_not_a_global_one():
    """`stft` inside the function has nothing to do with a `stft` computed by librosa elsewhere."""
    own = "def get_stft(x):\n    stft = 1\n    return stft"
    assert used(own, "stft = librosa.stft(x)", answer="get_stft") == set()


def test_another_place_of_the_same_function_counts():
    """librosa.core.stft is librosa.stft."""
    assert used("def get_stft(x):\n    return librosa.core.stft(x)", answer="get_stft") == {"librosa.stft"}


@pytest.mark.parametrize(
    "body",
    [
        "getattr(np, 'han' + 'ning')(n)",
        "vars(np)['hanning'](n)",
        "np.__dict__['hanning'](n)",
        "eval('np.hanning')(n)",
        "(lambda library: library)(np)",
        "__import__('numpy')",
        "importlib.import_module('num' + 'py')",
        "sys.modules['num' + 'py']",
    ],
)
def test_a_name_that_is_put_together_counts(body):
    """Nobody can read which function it finds, so it is no way to earn a mark."""
    assert COMPUTED in used("import importlib, sys", f"def hann(n):\n    return {body}")


def test_honest_code_looks_nothing_up():
    """Attributes, constants by getattr, methods, comprehensions."""
    own = "def hann(n):\n    return [getattr(np, 'cos')(each) for each in np.arange(n).tolist()]"
    assert used(own) == set()
