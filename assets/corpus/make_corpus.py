"""Make the bundled corpus again, as manifest.toml describes it: the same samples on every run.

    python assets/corpus/make_corpus.py

It needs flite and espeak-ng, and writes voices/*.ogg and index.json beside itself.
"""

import io
import json
import subprocess
import sys
import tempfile
import tomllib
import zlib
from pathlib import Path

import librosa
import numpy as np
import scipy.signal
import soundfile

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "sounds"))

from make_sounds import SAMPLE_RATE, decibels, missing_synthesisers, version_words, with_peak  # noqa: E402

# Ogg Vorbis from 0, the best, to 1, the smallest.
COMPRESSION = 0.6

# Where a word begins and ends: its loudest 10 ms within this many dB of the peak, and what is kept around it.
WORD_RANGE_DB = 40.0
FRAME_SECONDS = 0.01
MARGIN_SECONDS = 0.03

# How much the utterances of one speaker differ, in the studio not at all: pitch and speed by up to this
# factor either way, the peak by up to this many dB downwards.
TAKE_FACTOR = 1.03
TAKE_LEVEL_DB = 4.0

# What espeak-ng speaks by itself, in words a minute, and the volume at which no variant clips.
ESPEAK_SPEED = 165
ESPEAK_VOLUME = 40

# An echo begins after this, and holds so much of the direct sound's energy.
ECHO_DELAY_SECONDS = 0.004
ECHO_LEVEL_DB = -8.0

# The noise falls towards high frequencies as in most rooms: x[n] = e[n] + NOISE_COLOUR * x[n - 1].
NOISE_COLOUR = 0.7


def read_manifest():
    """Read what stands in manifest.toml: `words`, `letters`, `synthesisers`, and a list of `speaker`."""
    manifest = tomllib.loads((HERE / "manifest.toml").read_text(encoding="utf-8"))
    manifest["speaker"] = [{"letters": False, "held_out": False} | speaker for speaker in manifest["speaker"]]
    return manifest


def labels_of(speaker, manifest):
    """List what a speaker says, in the order of the file."""
    return manifest["words"] + list(manifest["letters"] if speaker["letters"] else "")


def randomness(*names):
    """A generator of random numbers that depends on these names alone."""
    return np.random.default_rng(zlib.crc32(" ".join(names).encode()))


def speak(speaker, label, formants):
    """Let a synthesiser say a word, for formants that will be moved: float64 [n_samples], and its rate in Hz."""
    program, voice = speaker["voice"].split(maxsplit=1)
    # what moves the formants makes everything faster and higher as well
    speed = speaker["speed"] / formants
    with tempfile.TemporaryDirectory() as folder:
        spoken = str(Path(folder) / "spoken.wav")
        flite = ["flite", "-voice", voice, "-t", label, "-o", spoken]
        flite += ["--setf", f"duration_stretch={1 / speed:.4f}"]
        flite += ["--setf", f"int_f0_target_mean={speaker['pitch'] / formants:.2f}"]
        espeak = ["espeak-ng", "-v", voice, "-w", spoken, "-p", str(speaker["pitch"])]
        espeak += ["-s", str(round(ESPEAK_SPEED * speed)), "-a", str(ESPEAK_VOLUME), label]
        subprocess.run({"flite": flite, "espeak-ng": espeak}[program], check=True, timeout=60)
        return soundfile.read(spoken, dtype="float64")


def with_room(amplitudes, room_seconds, name):
    """Add the echo of a room: noise that falls exponentially, the same for all that is said in it."""
    n_samples = round(room_seconds * SAMPLE_RATE)
    decay = 10 ** (-3 * np.arange(n_samples) / n_samples)
    echo = randomness(name, "room").standard_normal(n_samples) * decay
    echo *= decibels(ECHO_LEVEL_DB) / np.linalg.norm(echo)
    response = np.concatenate([[1.0], np.zeros(round(ECHO_DELAY_SECONDS * SAMPLE_RATE)), echo])
    return scipy.signal.fftconvolve(amplitudes, response)


def trimmed(amplitudes):
    """Cut or fill what lies before and after a word to MARGIN_SECONDS each, and let it rise from and fall to zero."""
    frame, margin = round(FRAME_SECONDS * SAMPLE_RATE), round(MARGIN_SECONDS * SAMPLE_RATE)
    frames = amplitudes[: len(amplitudes) // frame * frame].reshape(-1, frame)
    loudness = np.sqrt(np.mean(frames**2, axis=1))
    active = np.flatnonzero(loudness >= loudness.max() * decibels(-WORD_RANGE_DB))
    # the padding moved everything by one margin, so the word starts at first + margin
    first, last = active[0] * frame, (active[-1] + 1) * frame
    word = np.pad(amplitudes, margin)[first : last + 2 * margin]
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(margin) / margin)
    word[:margin] *= rise
    word[-margin:] *= rise[::-1]
    return word


def noise(n_samples, rng):
    """Noise with a root mean square of about 1, weaker at high frequencies: float64 [n_samples]."""
    white = rng.standard_normal(n_samples) * np.sqrt(1 - NOISE_COLOUR**2)
    return scipy.signal.lfilter([1.0], [1.0, -NOISE_COLOUR], white)


def make_utterance(speaker, label):
    """Let a speaker say a word, as the manifest describes the voice: float64 [n_samples] at SAMPLE_RATE."""
    rng = randomness(speaker["name"], label)
    take, quieter = rng.uniform(-1, 1), rng.uniform(0, 1)
    if speaker["letters"]:
        take = quieter = 0.0
    amplitudes, voice_rate = speak(speaker, label, speaker["formants"])
    faster = speaker["formants"] * TAKE_FACTOR**take
    # VHQ computes in double precision: the same samples whatever the processor
    word = librosa.resample(amplitudes, orig_sr=round(voice_rate * faster), target_sr=SAMPLE_RATE, res_type="soxr_vhq")
    if speaker["room_s"]:
        word = with_room(word, speaker["room_s"], speaker["name"])
    word = with_peak(trimmed(word), speaker["level_db"] - TAKE_LEVEL_DB * quieter)
    return word + noise(len(word), rng) * decibels(speaker["level_db"] + speaker["noise_db"])


def make_speaker(speaker, manifest):
    """Let a speaker say everything, one word after the other.

    Returns
    -------
    samples : int16 [n_samples]
    ends : list of int
        Where each word ends, and the next one begins.
    """
    utterances = [make_utterance(speaker, label) for label in labels_of(speaker, manifest)]
    samples = np.rint(np.concatenate(utterances) * 32768).astype(np.int16)
    return samples, np.cumsum([len(utterance) for utterance in utterances]).tolist()


def write(speaker, manifest, folder):
    """Make a speaker's file in a folder, and the entry for the index.

    A file that holds these samples already stays as it is: Ogg draws a serial number for each new one.
    """
    samples, ends = make_speaker(speaker, manifest)
    encoded = io.BytesIO()
    soundfile.write(encoded, samples, SAMPLE_RATE, format="OGG", subtype="VORBIS", compression_level=COMPRESSION)
    file = folder / f"{speaker['name']}.ogg"
    if not file.is_file() or not np.array_equal(decoded(file), decoded(io.BytesIO(encoded.getvalue()))):
        file.write_bytes(encoded.getvalue())
    return {"held_out": speaker["held_out"], "labels": labels_of(speaker, manifest), "ends": ends}


def decoded(file):
    """Read the samples of a file: int16 [n_samples]."""
    return soundfile.read(file, dtype="int16")[0]


def main():
    """Make the files of all speakers of the manifest, or say what is missing."""
    manifest = read_manifest()
    missing = missing_synthesisers(manifest["speaker"])
    if missing:
        names = " and ".join(missing)
        sys.exit(f"Not installed: {names}. Try: sudo apt-get install {' '.join(missing)}. Nothing was written.")
    for program, version in manifest["synthesisers"].items():
        if version not in version_words(program):
            print(f"{program} is not version {version}: the voices will differ. Note yours in manifest.toml.")
    folder = HERE / "voices"
    folder.mkdir(exist_ok=True)
    names = [speaker["name"] for speaker in manifest["speaker"]]
    for old in folder.glob("*.ogg"):
        if old.stem not in names:
            old.unlink()
    index = {}
    for speaker in manifest["speaker"]:
        index[speaker["name"]] = write(speaker, manifest, folder)
        print(f"{speaker['name']}.ogg")
    (HERE / "index.json").write_text(json.dumps(index, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
