"""Sound in a notebook: the course's clips, your own files, how loud they are, and players.

>>> from course import audio
>>> voice = audio.clip("voice_slt")
>>> print(audio.level(voice))
peak -3.0 dBFS, RMS -14.2 dBFS, no clipped sample
>>> audio.play(voice, "a voice")
Player: a voice (2.7 s)
"""

import io
import os
import tomllib
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import numpy as np
import soundfile

from course.amplitudes import (
    LOUDEST_UNCLIPPED,
    SAMPLE_RATE,
    AudioError,
    Level,
    checked_amplitudes,
    checked_rate,
    encode,
    level,
    resample,
)
from course.assets import assets_folder
from course.player import Comparison, Player, compare, play

__all__ = [
    "SAMPLE_RATE",
    "AudioError",
    "Clip",
    "Comparison",
    "Level",
    "Player",
    "clip",
    "clips",
    "compare",
    "level",
    "load",
    "play",
    "resample",
    "save",
]

CONTAINERS = {".wav": "WAV", ".flac": "FLAC"}


@dataclass(frozen=True)
class Clip:
    """What is known about one of the course's own sounds."""

    name: str
    """What `clip` wants."""
    purpose: str
    """What it is good for."""
    transcript: str
    """The words that are spoken; empty where there are none."""
    voice: str
    """The speech synthesiser and its voice; empty where nobody speaks."""
    licence: str
    """Under which it may be passed on."""
    seconds: float
    """How long it is."""


@cache
def clips():
    """List the sounds that ship with the course.

    Returns
    -------
    tuple of Clip
        In the order of the manifest.

    Raises
    ------
    FileNotFoundError
        If the course's own files are missing.
    """
    manifest = tomllib.loads((assets_folder() / "sounds" / "manifest.toml").read_text(encoding="utf-8"))
    return tuple(_described(entry) for entry in manifest["clip"])


def _described(entry):
    """Make a Clip of an entry of the manifest; only the file knows how long it is."""
    known = {field: entry[field] for field in ("name", "purpose", "transcript", "voice", "licence")}
    return Clip(**known, seconds=soundfile.info(_clip_file(entry["name"])).duration)


def _clip_file(name):
    """Say where a clip's sound lies."""
    return assets_folder() / "sounds" / f"{name}.flac"


def clip(name):
    """Load one of the sounds that ship with the course.

    Parameters
    ----------
    name : str
        One of the names that `clips` lists.

    Returns
    -------
    numpy.ndarray
        float32 [n_samples] at 22050 Hz, full scale 1; a fresh copy that may be changed.

    Raises
    ------
    AudioError
        If there is no such clip.
    """
    names = [known.name for known in clips()]
    if name not in names:
        closest_first = sorted(names, key=lambda known: SequenceMatcher(None, str(name), known).ratio(), reverse=True)
        raise AudioError(f"{name!r}: is not a clip of the course. Choose one of {', '.join(closest_first)}.")
    return _loaded(name).copy()


@cache
def _loaded(name):
    """Decode a clip once: lessons and hidden tests ask for the same one again and again."""
    return load(_clip_file(name))


def load(path, sample_rate=SAMPLE_RATE):
    """Load a sound file as one channel.

    Parameters
    ----------
    path : str or os.PathLike
        WAV, FLAC, OGG or MP3, of any rate, any number of bits and channels.
    sample_rate : int
        The rate that is wanted, in Hz; a file with another one is resampled.

    Returns
    -------
    numpy.ndarray
        float32 [n_samples], full scale 1: the mean of the channels.

    Raises
    ------
    AudioError
        If the file is missing, empty, not a sound, cut off, or holds NaN or infinity.
    """
    rate = checked_rate(sample_rate)
    file = _checked_path(path)
    channels, file_rate = _decode(file, _read_bytes(file))
    amplitudes = checked_amplitudes(channels.mean(axis=1), str(file))
    return amplitudes if file_rate == rate else resample(amplitudes, file_rate, rate)


def _checked_path(path):
    """Raise AudioError unless this is a path at all, such as the `...` of an unfinished stub."""
    if not isinstance(path, str | os.PathLike):
        raise AudioError(f"path: {path!r} is not the name of a file. Give a text such as 'recording.wav'.")
    return Path(path)


def _read_bytes(file):
    """Read a whole file, or raise AudioError that says why that cannot be."""
    try:
        content = file.read_bytes()
    except IsADirectoryError:
        raise AudioError(f"{file}: is a folder, not a sound file. Name a file in it.") from None
    except FileNotFoundError:
        raise AudioError(
            f"{file}: is not there. Check the name and the folder ({_sound_files_beside(file)})."
        ) from None
    except (OSError, ValueError) as error:
        raise AudioError(f"{file}: cannot be read ({_reason(error)}). Check the name and who may read it.") from error
    if not content:
        raise AudioError(f"{file}: is empty (0 bytes). Record again, or choose another file.")
    return content


def _reason(error):
    """Give what the system says, without its number and the path that stands in the message already."""
    return getattr(error, "strerror", None) or error


def _sound_files_beside(file):
    """Name the sound files in the folder of a missing one, so that a slip of the pen shows."""
    if not file.parent.is_dir():
        return f"there is no folder {file.parent} either"
    names = sorted(entry.name for entry in file.parent.iterdir() if entry.suffix.lower() in CONTAINERS)
    return "in it: " + ", ".join(names[:10]) if names else "it holds no WAV or FLAC file"


def _decode(file, content):
    """Turn the bytes of a sound file into float32 [n_samples, n_channels] and a rate in Hz."""
    try:
        return soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise AudioError(
            f"{file}: is damaged, cut off, or no sound file that can be read here (WAV, FLAC, OGG, MP3 can). "
            "Copy it again, or convert it to WAV."
        ) from error


def save(path, amplitudes, sample_rate=SAMPLE_RATE):
    """Save a sound as a 16-bit file, without any change of its level.

    An existing file is replaced only once the new one is complete.

    Parameters
    ----------
    path : str or os.PathLike
        Its suffix, .wav or .flac, chooses the kind of file.
    amplitudes : array_like of float [n_samples]
        Between -1 and 1.
    sample_rate : int
        In Hz.

    Raises
    ------
    AudioError
        If the amplitudes are not one channel of finite floats or would clip, the suffix is another
        one, or the file cannot be written. Nothing is written then.
    """
    rate = checked_rate(sample_rate)
    file = _checked_path(path)
    container = CONTAINERS.get(file.suffix.lower())
    if container is None:
        raise AudioError(f"{file}: has the suffix {file.suffix!r}. Choose one of {', '.join(CONTAINERS)}.")
    samples = checked_amplitudes(amplitudes, "amplitudes")
    peak = np.abs(samples).max()
    if peak > LOUDEST_UNCLIPPED:
        raise AudioError(
            f"amplitudes: would clip in {file}, their peak is {peak:.6g}. Divide them by it: x / np.abs(x).max()."
        )
    _replace(file, encode(samples, rate, container))


def _replace(file, content):
    """Write a file beside its place and move it there, so that no half-written file is ever seen."""
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        try:
            partial.write_bytes(content)
            os.replace(partial, file)
        finally:
            partial.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise AudioError(
            f"{file}: cannot be written ({_reason(error)}). Check the folder and who may write there."
        ) from error
