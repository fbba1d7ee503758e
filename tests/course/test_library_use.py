"""What is called while somebody watches."""

import os
import subprocess
import sys
import threading
from functools import partial

import librosa
import numpy as np
import pytest
import scipy.fft
import scipy.signal

from course.check.library_use import find, watch

LIBRARY_HAS = (
    "librosa.stft",
    "scipy.signal.get_window",
    "scipy.signal.ShortTimeFFT",
    "scipy.fft.rfft",
    "numpy.hanning",
)
X = np.ones(4096)


def copied(function):
    """The same code in another function."""
    return type(function)(function.__code__, function.__globals__, "innocent", function.__defaults__)


def in_a_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    "call, name",
    [
        (lambda: librosa.stft(X), "librosa.stft"),
        (lambda: librosa.core.spectrum.stft(X), "librosa.stft"),
        (lambda: getattr(sys.modules["lib" + "rosa"], "st" + "ft")(X), "librosa.stft"),
        (partial(librosa.stft, X), "librosa.stft"),
        (lambda: librosa.feature.melspectrogram(y=X), "librosa.stft"),
        (lambda: scipy.signal.windows.get_window("hann", 8), "scipy.signal.get_window"),
        (lambda: scipy.signal.ShortTimeFFT(np.ones(8), 2, 1), "scipy.signal.ShortTimeFFT"),
        (lambda: scipy.fft.rfft(X), "scipy.fft.rfft"),
        (lambda: copied(np.hanning)(8), "numpy.hanning"),
        (lambda: eval("np.hanning(8)"), "numpy.hanning"),
        (lambda: in_a_thread(lambda: np.hanning(8)), "numpy.hanning"),
        (lambda: sys.setprofile(None), "sys.setprofile"),
        (lambda: subprocess.run(["true"], check=True), "another program"),
        (lambda: os.system("true"), "another program"),
    ],
)
def test_a_call_is_noticed(call, name):
    """By any name, through any wrapper; and so is looking for a way out of sight."""
    with watch(LIBRARY_HAS) as used:
        call()
    assert name in used


def test_primitives_are_nobodys_business():
    """What is not on the list is free."""
    with watch(LIBRARY_HAS) as used:
        np.fft.rfft(X * np.cos(X)).sum()
    assert used == set()


def test_who_is_watched_beside_the_main_thread_is_not_blamed_for_it():
    """A notebook answers a widget's messages there, while its own program runs in the main thread."""
    frame = sys._current_frames()[threading.main_thread().ident]
    while frame.f_back is not None:
        frame = frame.f_back
    assert frame.f_globals["__name__"] == "__main__"
    found = []

    def look():
        with watch(LIBRARY_HAS) as used:
            np.cos(X)
        found.append(used)

    in_a_thread(look)
    assert found == [set()]


def test_nothing_is_watched_afterwards():
    """Not even where the function that was watched raised."""
    before = sys.getprofile()
    with pytest.raises(ValueError, match="no"), watch(LIBRARY_HAS) as used:
        raise ValueError("no")
    librosa.stft(X)
    assert used == set() and sys.getprofile() is before


def test_a_name_that_no_library_has_is_refused():
    """An author's slip of the pen would watch nothing."""
    with pytest.raises(LookupError, match=r"librosa\.sfft"):
        find("librosa.sfft")
