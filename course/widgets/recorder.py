"""A microphone in the notebook: what is said into it arrives in Python as float32 samples.

The browser sends a sound in numbered chunks (`begin`, `chunk` …, `end`), either samples and their rate or the bytes
of a file. Since a browser can send anything, every message is checked, and a refused one leaves what is held as it was.
"""

from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from numbers import Real
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anywidget
import numpy as np
import soundfile
import traitlets

from course import audio
from course.amplitudes import AudioError, checked_rate
from course.widgets.module import module, style

CLIPS = ("yes_loud", "no_loud", "yes_quiet", "no_quiet", "welcome")
"""What can be chosen where no microphone is allowed."""

LONGEST = 60
"""Seconds that a recorder can be asked for."""

LARGEST_FILE = 16 * 2**20
"""Bytes of a file that may be uploaded."""

LOUDEST = 16.0
"""No microphone and no decoder gives amplitudes beyond: 24 dB above full scale."""

TOO_QUIET = -40.0
"""dBFS of the peak, below which the voice is nearly lost in the noise of the room."""

LEAST_CLIPPED = 3
"""A peak that was normalised to full scale touches it once or twice; a clipped one stays there."""

ENDINGS = {
    "limit": "The limit was reached: the first {seconds:g} s are kept.",
    "lost": "The microphone went away: what it gave until then is kept.",
}
"""What is said where a recording did not end by Stop."""


@dataclass(frozen=True)
class Sound:
    """What the recorder holds, and where it is from."""

    name: str
    """What a sentence calls it, such as "your recording"."""
    raw: np.ndarray
    """As it came: float32 [n_samples]."""
    raw_rate: int
    """Of `raw`, in Hz."""
    remarks: tuple[str, ...] = ()
    """Whole sentences."""
    clip: str | None = None
    """Which clip of the course it is."""

    @cached_property
    def amplitudes(self) -> np.ndarray:
        """At the course's rate: float32 [n_samples]."""
        return (
            self.raw
            if self.raw_rate == audio.SAMPLE_RATE
            else audio.resample(self.raw, self.raw_rate, audio.SAMPLE_RATE)
        )

    @cached_property
    def caption(self) -> str:
        """Name, length, rate, level, remarks."""
        length = f"{len(self.raw) / self.raw_rate:.1f} s at {self.raw_rate} Hz"
        title = f"{self.name[:1].upper()}{self.name[1:]}"
        return " ".join([f"{title}: {length}, {audio.level(self.raw)}.", *self.remarks])


@dataclass
class Arrival:
    """A sound on its way from the browser."""

    transfer: int
    """The browser's number for it."""
    file: str | None
    """The name of the file that it is from; None for a recording."""
    rate: int | None
    """Of its samples, in Hz; None where the bytes of the file itself arrive."""
    most: int
    """Bytes that it may have."""
    content: bytearray = field(default_factory=bytearray)
    """What is there already."""
    chunks: int = 0
    """How many of them."""

    @property
    def name(self) -> str:
        """What a sentence calls it."""
        return "your recording" if self.file is None else f"the file {self.file}"

    def add(self, number: int, chunk: memoryview) -> None:
        """Take the next chunk, or raise AudioError."""
        self.require(number)
        if len(self.content) + chunk.nbytes > self.most:
            raise AudioError(f"More arrived of {self.name} than was announced. Nothing of it is kept: try again.")
        self.content += chunk.cast("B")
        self.chunks += 1

    def require(self, chunks: int) -> None:
        """Raise AudioError unless so many chunks are there."""
        if chunks != self.chunks:
            raise AudioError(f"A part of {self.name} was lost on its way. Nothing of it is kept: try again.")

    def samples(self) -> np.ndarray:
        """The samples, where samples arrived: float32 [n_samples]; or raise AudioError."""
        if len(self.content) % 4:
            raise AudioError(f"What arrived of {self.name} is no float32 samples. Nothing of it is kept: try again.")
        raw = np.frombuffer(bytes(self.content), "<f4").astype(np.float32)
        # also false for NaN
        if not np.all(np.abs(raw) <= LOUDEST):
            raise AudioError(f"What arrived of {self.name} is no sound: not all samples are amplitudes. Try again.")
        return raw


class Recorder(anywidget.AnyWidget):
    """A microphone, with a level meter and a time limit; beside it a file's upload and clips of the course.

    Until something is recorded it holds the first of the clips, so that the cells below it can be run.

    Parameters
    ----------
    seconds : float
        The longest recording, at most 60.
    clips : sequence of str
        Clips of the course, at least one: what can be chosen where no microphone is allowed.

    Raises
    ------
    AudioError
        If the limit is none, there is no clip, or one of them is not a clip of the course.

    Examples
    --------
    >>> recorder = Recorder(seconds=3)
    >>> recorder.amplitudes.dtype, recorder.sample_rate
    (dtype('float32'), 22050)
    """

    _esm = module("sound.js", "recorder.js")
    _css = style("recorder.css")

    seconds = traitlets.Float(read_only=True).tag(sync=True)
    """The longest recording."""
    clips = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    """Names of clips of the course."""
    _largest_file = traitlets.Int(LARGEST_FILE, read_only=True).tag(sync=True)

    def __init__(self, seconds: float = 10, clips: tuple[str, ...] = CLIPS) -> None:
        self.set_trait("seconds", _checked_seconds(seconds))
        self.set_trait("clips", _checked_clips(clips))
        self._arriving: Arrival | None = None
        self._sound = self._before_recording()
        super().__init__()
        self.on_msg(self._receive)

    @property
    def amplitudes(self) -> np.ndarray:
        """What was recorded last: float32 [n_samples] at `sample_rate`; a fresh copy that may be changed."""
        return self._sound.amplitudes.copy()

    @property
    def sample_rate(self) -> int:
        """Of `amplitudes`, in Hz: the course's."""
        return audio.SAMPLE_RATE

    @property
    def raw(self) -> np.ndarray:
        """What was recorded last, as the browser or the file had it: float32 [n_samples] at `raw_rate`; a copy."""
        return self._sound.raw.copy()

    @property
    def raw_rate(self) -> int:
        """Of `raw`, in Hz."""
        return self._sound.raw_rate

    @property
    def caption(self) -> str:
        """What is held, how long and how loud it is, and what is to be known about it."""
        return self._sound.caption

    def __repr__(self) -> str:
        return f"Recorder: {self.caption}"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, and for pages without a kernel a player of what it holds."""
        data, metadata = super()._repr_mimebundle_(**options)
        player = audio.play(self._sound.amplitudes, self._sound.name)
        return data | {"text/html": f"{player._repr_html_()}<p>{escape(self.caption)}</p>"}, metadata

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Let the browser change nothing: what it has to say comes as messages."""

    def _receive(self, _: anywidget.AnyWidget, content: Any, buffers: list[memoryview]) -> None:
        """Do what a message asks for, or say why not."""
        try:
            self._obey(content, buffers)
        except AudioError as refusal:
            self._arriving = None
            self.send({"kind": "refused", "message": f"{refusal} Still held: {self._sound.name}."})

    def _obey(self, content: Any, buffers: list[memoryview]) -> None:
        match content:
            case {"kind": "hello"}:
                self._hold(self._sound)
            case {"kind": "clip", "name": str(name)} if name in self.clips:
                self._hold(_canned(name))
            case {"kind": "discard"}:
                self._hold(self._before_recording())
            case {"kind": "begin", "transfer": int(transfer), "file": None | str() as file, "rate": rate}:
                self._arriving = self._announced(transfer, file, rate)
            case {"kind": "chunk", "transfer": int(transfer), "number": int(number)} if len(buffers) == 1:
                # chunks of a sound that was refused may still be on their way
                if self._arriving is not None and self._arriving.transfer == transfer:
                    self._arriving.add(number, memoryview(buffers[0]))
            case {"kind": "end", "transfer": int(transfer), "chunks": int(chunks), "why": str(why)}:
                self._finish(transfer, chunks, why)
            case _:
                raise AudioError("The recorder got a message that it cannot read. Run its cell again.")

    def _announced(self, transfer: int, file: str | None, rate: Any) -> Arrival:
        """Make ready for a sound that is about to come."""
        name = None if file is None else file[:100]
        if rate is None and name is not None:
            return Arrival(transfer, name, None, LARGEST_FILE)
        rate = checked_rate(rate, "The microphone's rate")
        return Arrival(transfer, name, rate, 4 * int(self.seconds * rate))

    def _finish(self, transfer: int, chunks: int, why: str) -> None:
        """Hold what has arrived, or let the browser try a file that cannot be read here."""
        arrival, self._arriving = self._arriving, None
        if arrival is None or arrival.transfer != transfer:
            raise AudioError("The sound was lost on its way. Try again.")
        arrival.require(chunks)
        if arrival.rate is not None:
            self._hold(self._judged(arrival.name, arrival.samples(), arrival.rate, why))
            return
        try:
            raw, rate = _decoded(bytes(arrival.content), arrival.file)
        except AudioError as unreadable:
            self.send({"kind": "undecoded", "transfer": transfer, "message": str(unreadable)})
            return
        most = int(self.seconds * rate)
        self._hold(self._judged(arrival.name, raw[:most], rate, "limit" if len(raw) > most else why))

    def _judged(self, name: str, raw: np.ndarray, rate: int, why: str) -> Sound:
        """A sound with what is to be said about it; AudioError where there is nothing to hear."""
        if raw.size == 0:
            raise AudioError(f"Nothing is in {name}: it was over before the first sample. Try again.")
        level = audio.level(raw)
        if level.peak_dbfs == -np.inf:
            raise AudioError(
                "Your microphone gives only zeros: is it muted? Unmute it, or choose another one, and record again."
                if name == "your recording"
                else f"In {name} are only zeros: nothing can be heard. Choose another one."
            )
        remarks = [ENDINGS[why].format(seconds=self.seconds)] if why in ENDINGS else []
        if level.clipped >= LEAST_CLIPPED:
            remarks.append("Too loud: its peaks are cut off. Go further from the microphone, or turn it down.")
        if level.peak_dbfs < TOO_QUIET:
            remarks.append("Very quiet: come closer to the microphone, or turn it up.")
        return Sound(name, raw, rate, tuple(remarks))

    def _before_recording(self) -> Sound:
        """What stands for a recording until there is one."""
        return _canned(self.clips[0], "Nothing is recorded yet: until then this clip stands for it.")

    def _hold(self, sound: Sound) -> None:
        """Keep a sound, and let every view of this recorder have it."""
        samples = sound.amplitudes.astype("<f4").tobytes()
        self._sound = sound
        content = {"kind": "sound", "caption": sound.caption, "clip": sound.clip, "rate": audio.SAMPLE_RATE}
        self.send(content, [samples])


def _canned(name: str, *remarks: str) -> Sound:
    """A clip of the course."""
    return Sound(f"the course's clip {name}", audio.clip(name), audio.SAMPLE_RATE, remarks, clip=name)


def _decoded(content: bytes, name: str) -> tuple[np.ndarray, int]:
    """The samples of a sound file and its rate, or AudioError that names the file as its owner does."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        try:
            rate = soundfile.info(path).samplerate
        except soundfile.SoundFileError:
            # `load` will say what is wrong with it
            rate = audio.SAMPLE_RATE
        try:
            return audio.load(path, rate), rate
        except AudioError as unreadable:
            raise AudioError(str(unreadable).replace(str(path), name)) from None


def _checked_seconds(seconds: Any) -> float:
    """Raise AudioError unless this is a length that can be recorded."""
    if not isinstance(seconds, Real) or isinstance(seconds, bool) or not 0 < seconds <= LONGEST:
        raise AudioError(f"seconds: {seconds!r} is no time limit. Give a number above 0, at most {LONGEST}.")
    return float(seconds)


def _checked_clips(clips: Any) -> list[str]:
    """Raise AudioError unless these are clips of the course."""
    names = [clips] if isinstance(clips, str) else list(clips)
    if not names:
        raise AudioError("clips: is empty. Name at least one clip of the course, such as 'yes_loud'.")
    for name in names:
        audio.clip(name)
    return names
