"""The engine against librosa, on the same machine in one run: python -m benchmarks.engine [FOLDER]

On the bundled speech, and on the sound files of a folder, the first ten seconds of each: how fast, and how good, is the
way from mel bands to magnitudes, from magnitudes to a signal, and from mel bands to a sound; and what an edit costs.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pesq

from course import audio
from course.engine import Frames, MelBasis, Voice, magnitude_to_signal
from course.engine.sound import ITERATIONS as SOUND_ITERATIONS

WINDOW_LENGTH, HOP_LENGTH, N_MELS, ITERATIONS = 1024, 256, 128, 32
LONGEST = 10 * audio.SAMPLE_RATE
SECOND = audio.SAMPLE_RATE // HOP_LENGTH
"""Frames in a second."""
FRAMES, BASIS = Frames(WINDOW_LENGTH, HOP_LENGTH), MelBasis(N_MELS, audio.SAMPLE_RATE, WINDOW_LENGTH)
DEEPEST_DB = 80
"""Below the loudest cell: what is fainter counts as this in log-spectral distances."""
ENGINE_RUNS, LIBROSA_RUNS = 5, 2
"""Of which the fastest counts."""


@dataclass
class Way:
    """One way from mel bands and from magnitudes to a sound: how long it takes, and how near it comes."""

    mel_s: float
    mel_error: float
    mel_distance_db: float
    phase_s: float
    phase_db: float
    sound_s: float
    sound_pesq: float


def main() -> None:
    """Measure, and print."""
    print_first_calls()
    print(f"\n{'':32}{'mel to magnitude':>27}{'magnitude to signal':>22}{'mel to sound':>19}")
    print(f"{'':32}{'s':>9}{'error':>9}{'LSD dB':>9}{'s':>11}{'SC dB':>11}{'s':>11}{'PESQ':>8}")
    engines, librosas = [], []
    for name, signal in speech(sys.argv[1:]):
        magnitude = np.abs(FRAMES.stft(signal))
        for measured, way in ((engines, by_engine), (librosas, by_librosa)):
            measured.append(way(signal, magnitude, BASIS.of(magnitude**2)))
            label = name[:22] if way is by_engine else ""
            print_way(f"{label:23}{way.__name__[3:]}", measured[-1])
    engine, peer = total(engines), total(librosas)
    print_way("all: s added up,       engine", engine)
    print_way("     the rest averaged librosa", peer)
    print_edits()
    summary = {
        "mel_speed_ratio": peer.mel_s / engine.mel_s,
        "mel_error": engine.mel_error,
        "mel_error_librosa": peer.mel_error,
        "phase_speed_ratio": peer.phase_s / engine.phase_s,
        "phase_gain_db": peer.phase_db - engine.phase_db,
        "sound_speed_ratio": peer.sound_s / engine.sound_s,
        "sound_pesq": engine.sound_pesq,
        "sound_pesq_nnls": peer.sound_pesq,
    }
    print(json.dumps({name: round(float(value), 3) for name, value in summary.items()}))


def speech(folders: list[str]) -> Iterator[tuple[str, np.ndarray]]:
    """The bundled voices, and what lies in folders: names and whole hops of sound."""
    sounds = [(clip.name, audio.clip(clip.name)) for clip in audio.clips() if clip.voice]
    for folder in folders:
        files = (file for file in sorted(Path(folder).rglob("*")) if file.suffix.lower() in (".wav", ".flac", ".ogg"))
        sounds += [(file.stem, audio.load(file)) for file in files]
    return ((name, sound[: min(LONGEST, len(sound)) // HOP_LENGTH * HOP_LENGTH]) for name, sound in sounds)


def by_engine(signal: np.ndarray, magnitude: np.ndarray, mel: np.ndarray) -> Way:
    """The course's own way."""

    def to_signal(magnitude: np.ndarray) -> np.ndarray:
        return magnitude_to_signal(magnitude, FRAMES, ITERATIONS)

    def to_sound(magnitude: np.ndarray) -> np.ndarray:
        # what `mel_to_sound` does when it has not heard of this mel spectrogram before
        return magnitude_to_signal(magnitude, FRAMES, SOUND_ITERATIONS)

    return measure(signal, magnitude, (lambda: BASIS.to_magnitude(mel), to_signal, to_sound), ENGINE_RUNS)


def by_librosa(signal: np.ndarray, magnitude: np.ndarray, mel: np.ndarray) -> Way:
    """Non-negative least squares with L-BFGS-B, and fast Griffin-Lim from a random phase."""
    bands = np.ascontiguousarray(mel.T)

    def to_magnitude() -> np.ndarray:
        return librosa.feature.inverse.mel_to_stft(bands, sr=audio.SAMPLE_RATE, n_fft=WINDOW_LENGTH).T

    def to_signal(magnitude: np.ndarray) -> np.ndarray:
        settings = {"n_iter": ITERATIONS, "momentum": 0.99, "random_state": 0}
        return librosa.griffinlim(np.ascontiguousarray(magnitude.T), hop_length=HOP_LENGTH, **settings)

    return measure(signal, magnitude, (to_magnitude, to_signal, to_signal), LIBROSA_RUNS)


def measure(signal: np.ndarray, magnitude: np.ndarray, steps: tuple[Callable, ...], runs: int) -> Way:
    """Take one way, as often as told: from mel to magnitude, from true magnitudes and from guessed ones to a signal."""
    to_magnitude, to_signal, to_sound = steps
    mel_s, guessed = fastest(to_magnitude, runs)
    phase_s, found = fastest(lambda: to_signal(magnitude), runs)
    to_sound_s, sound = fastest(lambda: to_sound(guessed), runs)
    return Way(
        mel_s,
        mel_error=float(np.linalg.norm(guessed - magnitude) / np.linalg.norm(magnitude)),
        mel_distance_db=log_spectral_distance(guessed, magnitude),
        phase_s=phase_s,
        phase_db=spectral_convergence(found, magnitude),
        sound_s=mel_s + to_sound_s,
        sound_pesq=perceived_quality(signal, sound),
    )


def fastest(call: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """The least time that a call took, in seconds, and what it gave."""
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - begun)
    return min(seconds), result


def log_spectral_distance(found: np.ndarray, wanted: np.ndarray) -> float:
    """Root mean square of the difference in dB of each frame, averaged."""
    faintest = wanted.max() * 10 ** (-DEEPEST_DB / 20)
    difference = 20 * np.log10(np.maximum(found, faintest) / np.maximum(wanted, faintest))
    return float(np.sqrt(np.mean(difference**2, axis=1)).mean())


def spectral_convergence(signal: np.ndarray, wanted: np.ndarray) -> float:
    """How far the magnitudes of a signal are off, in dB; by librosa's transform, so that nobody judges himself."""
    off = np.abs(librosa.stft(signal, n_fft=WINDOW_LENGTH, hop_length=HOP_LENGTH)).T - wanted
    return 20 * float(np.log10(np.linalg.norm(off) / np.linalg.norm(wanted)))


def perceived_quality(wanted: np.ndarray, found: np.ndarray) -> float:
    """PESQ, wide band (ITU-T P.862.2), from 1 to 4.6; NaN where it hears nobody speak."""
    both = (audio.resample(sound, audio.SAMPLE_RATE, 16000) for sound in (wanted, found))
    try:
        return pesq.pesq(16000, *both, "wb")
    except (pesq.NoUtterancesError, pesq.BufferTooShortError):
        return np.nan


def total(ways: list[Way]) -> Way:
    """Times added up, everything else averaged over the sounds."""
    columns = {name: [asdict(way)[name] for way in ways] for name in asdict(ways[0])}
    return Way(**{name: (np.sum if name.endswith("_s") else np.nanmean)(each) for name, each in columns.items()})


def print_way(label: str, way: Way) -> None:
    """One line of the table."""
    print(
        f"{label:32}{way.mel_s:9.4f}{way.mel_error:9.3f}{way.mel_distance_db:9.2f}"
        f"{way.phase_s:11.4f}{way.phase_db:11.1f}{way.sound_s:11.4f}{way.sound_pesq:8.2f}"
    )


def print_first_calls() -> None:
    """What the first call of a process costs, compilation included where it is due."""
    magnitude = np.abs(FRAMES.stft(audio.clip("yes_loud")))
    first, _ = fastest(lambda: magnitude_to_signal(magnitude, FRAMES, 1), 1)
    peers, _ = fastest(lambda: librosa.griffinlim(magnitude.T.copy(), n_iter=1, hop_length=HOP_LENGTH), 1)
    print(f"first call, magnitude to signal: engine {first:.3f} s, librosa {peers:.3f} s")


def print_edits() -> None:
    """What an edit of a second costs in a voice of ten seconds, beside a second alone and the whole."""
    voices = np.concatenate([audio.clip(name) for name in ("welcome", "voice_slt", "voice_rms", "voice_awb")])
    long, short = Voice(voices[:LONGEST]), Voice(voices[LONGEST // 2 :][: SECOND * HOP_LENGTH])
    whole, alone, edited, muted = [], [], [], []
    for n_bands in range(1, ENGINE_RUNS + 1):
        shifted = np.roll(long.mel, n_bands, axis=0)
        whole.append(seconds_of(long, shifted))
        alone.append(seconds_of(short, np.roll(short.mel, n_bands, axis=0)))
        part = np.s_[:, 400 : 400 + SECOND]
        shifted[part] = np.roll(shifted[part], 3, axis=0)
        edited.append(seconds_of(long, shifted))
        quieter = long.mel.copy()
        quieter[part] *= 0.5**n_bands
        muted.append(seconds_of(long, quieter))
    print("\nedits of a voice of ten seconds")
    for label, seconds in {
        "all of it shifted": whole,
        "then another shift of one second": edited,
        "a voice of one second, shifted": alone,
        "one second made quieter": muted,
    }.items():
        print(f"{label:36}{min(seconds):7.4f} s")
    print()


def seconds_of(voice: Voice, mel: np.ndarray) -> float:
    """How long a voice takes for a mel spectrogram that it sees for the first time."""
    return fastest(lambda: voice.render(mel), 1)[0]


if __name__ == "__main__":
    main()
