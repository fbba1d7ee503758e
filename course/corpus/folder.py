"""Corpora of others, and your own recordings: what the names in a folder say."""

import os
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course.corpus.corpus import Corpus
from course.corpus.utterance import CorpusError, Utterance

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MOST_NAMES = 3
"""How many names a message lists."""


@dataclass(frozen=True)
class Layout:
    """A way to lay out a corpus."""

    looks: str
    """What the names look like, for messages."""
    pattern: re.Pattern
    """What a path without its suffix says, in groups: speaker, and label where there is no transcript."""


LAYOUTS = {
    "speech_commands": Layout(
        "label/speaker_nohash_take.wav",
        re.compile(r"(?:.*/)?(?P<label>[^/]+)/(?P<speaker>[^/]+)_nohash_\d+"),
    ),
    "digits": Layout("digit_speaker_take.wav", re.compile(r"(?:.*/)?(?P<label>\d)_(?P<speaker>[^/]+)_\d+")),
    "librispeech": Layout(
        "speaker/chapter/speaker-chapter-utterance.flac",
        re.compile(r"(?:.*/)?(?P<speaker>\d+)/(?P<chapter>\d+)/(?P=speaker)-(?P=chapter)-\d+"),
    ),
    "own": Layout(
        "speaker/label.wav or speaker/label_take.wav", re.compile(r"(?P<speaker>[^/]+)/(?P<label>[^/]+?)(?:_\d+)?")
    ),
}
"""The last fits names that the others fit as well: where it is not asked for, the others are asked first."""


def from_folder(folder: str | os.PathLike, layout: str | None = None) -> Corpus:
    """Find the utterances of a corpus that lies in a folder, by the names of its files; none is read yet.

    ================= =============================================== ==================================
    layout            names                                           such as
    ================= =============================================== ==================================
    "speech_commands" label/speaker_nohash_take.wav                   Speech Commands
    "digits"          digit_speaker_take.wav, in one folder or more   AudioMNIST, Free Spoken Digits
    "librispeech"     speaker/chapter/speaker-chapter-utterance.flac  LibriSpeech, with its transcripts
    "own"             speaker/label.wav or speaker/label_take.wav     your own recordings
    ================= =============================================== ==================================

    Labels are in lower case, and the digits words, as in the bundled corpus. Names that begin with `_` or `.` are
    passed over.

    Parameters
    ----------
    folder : str or os.PathLike
        Where the corpus lies. Sounds are WAV, FLAC, OGG or MP3.
    layout : str, optional
        By default what the names fit. A layout that is asked for takes what fits it, and leaves out the rest.

    Returns
    -------
    Corpus
        In the order of the paths; nobody is held out.

    Raises
    ------
    CorpusError
        If there is no such folder or layout, no sound in it, names of two layouts, or if half of the names fit none.
    """
    if layout is not None and layout not in LAYOUTS:
        raise CorpusError(f"layout: {layout!r} is none. Choose one of {', '.join(LAYOUTS)}.")
    place = _checked_folder(folder)
    names = _sound_files(place)
    fitting = _by_layout(names, LAYOUTS if layout is None else [layout])
    _require_one_layout(place, names, fitting, layout)
    (chosen,) = fitting
    pattern = LAYOUTS[chosen].pattern
    # each file of transcripts is read once, and again in the next call
    transcripts = cache(_transcripts)
    utterances = [_utterance(place / name, pattern.fullmatch(_stem(name)), transcripts) for name in fitting[chosen]]
    return Corpus(utterances, left_out=len(names) - len(utterances))


def _checked_folder(folder: str | os.PathLike) -> Path:
    """Refuse what is no folder, or an empty one."""
    if not isinstance(folder, str | os.PathLike):
        raise CorpusError(f"folder: {folder!r} is not the name of a folder. Give a text such as 'recordings'.")
    place = Path(folder).expanduser()
    if place.is_file():
        raise CorpusError(f"{place}: is a file, not a folder. Name the folder of the whole corpus.")
    if not place.is_dir():
        raise CorpusError(f"{place}: is not there. Check the name and the folder ({_folders_beside(place)}).")
    if not any(place.iterdir()):
        raise CorpusError(f"{place}: is empty. Copy the corpus into it, or name another folder.")
    return place


def _folders_beside(place: Path) -> str:
    """Name the folders where a missing one should be, so that a slip of the pen shows."""
    if not place.parent.is_dir():
        return f"there is no folder {place.parent} either"
    folders = sorted(entry.name for entry in place.parent.iterdir() if entry.is_dir())
    return f"in {place.parent}: {_listed(folders)}" if folders else f"there is no folder in {place.parent}"


def _sound_files(place: Path) -> list[str]:
    """List the sound files of a folder and the folders in it: paths from there, in order."""
    sounds, others = [], []
    for where, folders, files in os.walk(place):
        # what archives, systems and Speech Commands (noise to be mixed in) put beside the utterances
        folders[:] = [name for name in folders if not name.startswith(("_", "."))]
        for name in files:
            if not name.startswith(("_", ".")):
                kind = sounds if name.lower().endswith(SUFFIXES) else others
                kind.append((Path(where) / name).relative_to(place).as_posix())
    if not sounds:
        found = f"There is {_listed(sorted(others))}. " if others else ""
        raise CorpusError(
            f"{place}: holds no sound file that can be read (WAV, FLAC, OGG, MP3). {found}"
            "Convert the sounds to WAV, or name another folder."
        )
    return sorted(sounds)


def _by_layout(names: list[str], layouts: list[str]) -> dict[str, list[str]]:
    """Sort names by the first layout that each fits; leave out those that fit none."""
    fitting = defaultdict(list)
    for name in names:
        for layout in layouts:
            if LAYOUTS[layout].pattern.fullmatch(_stem(name)):
                fitting[layout].append(name)
                break
    return dict(fitting)


def _stem(name: str) -> str:
    """A path without the suffix."""
    return os.path.splitext(name)[0]


def _require_one_layout(place: Path, names: list[str], fitting: dict[str, list[str]], layout: str | None) -> None:
    """Refuse a folder whose names fit no layout, more than one, or by half only the one they fit."""
    fit = {name for fitting_names in fitting.values() for name in fitting_names}
    others = [name for name in names if name not in fit]
    if not fit:
        wanted = [LAYOUTS[layout]] if layout else LAYOUTS.values()
        raise CorpusError(
            f"{place}: has {len(names)} sound files, and no name among them tells speaker and label "
            f"({_listed(others)}). Name them like {', or '.join(known.looks for known in wanted)}, "
            "or name the folder above or below this one."
        )
    if len(fitting) > 1:
        most = max(fitting, key=lambda known: len(fitting[known]))
        kinds = "; ".join(f"{len(found)} as in {known!r} ({_listed(found)})" for known, found in fitting.items())
        raise CorpusError(
            f"{place}: has names of {len(fitting)} layouts: {kinds}. "
            f"Keep them in folders of their own, or choose: layout={most!r}."
        )
    if layout is None and 2 * len(others) >= len(names):
        (found,) = fitting
        raise CorpusError(
            f"{place}: {len(others)} of {len(names)} sound files have names that do not fit the others "
            f"({_listed(others)}). Name them like {LAYOUTS[found].looks}, or leave them out: layout={found!r}."
        )


def _listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    listed = ", ".join(names[:MOST_NAMES])
    return listed if len(names) <= MOST_NAMES else f"{listed} and {len(names) - MOST_NAMES} more"


def _utterance(file: Path, said: re.Match, transcripts: Callable[[Path], dict[str, str]]) -> Utterance:
    """What a path says of an utterance, and where it has no label, the transcript beside it."""
    known = said.groupdict()
    if "label" in known:
        label = known["label"].lower()
    else:
        beside = file.with_name(f"{known['speaker']}-{known['chapter']}.trans.txt")
        label = transcripts(beside).get(file.stem, "")
    return Utterance(known["speaker"], DIGITS[int(label)] if re.fullmatch("[0-9]", label) else label, file)


def _transcripts(file: Path) -> dict[str, str]:
    """Read what LibriSpeech says of a chapter, a line an utterance; nothing where there is no such file."""
    if not file.is_file():
        return {}
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: text.lower() for name, _, text in (line.partition(" ") for line in lines)}
