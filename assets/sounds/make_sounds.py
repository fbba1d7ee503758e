"""Make the sounds of the course again, as manifest.toml describes them: the same bytes on every run.

    python assets/sounds/make_sounds.py

It needs flite and espeak-ng for the voices, and writes its FLAC files beside itself.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import librosa
import numpy as np
import soundfile

HERE = Path(__file__).resolve().parent

SAMPLE_RATE = 22050
SPEECH_PEAK_DBFS = -3.0
FADE_SECONDS = 0.01

# Where speech begins and ends: its loudest 10 ms within this many dB of the peak. The noise between
# the words of flite's voices lies 55 dB and more below it.
SPEECH_RANGE_DB = 50.0
FRAME_SECONDS = 0.01
MARGIN_SECONDS = 0.05

# A hum is not a pure tone: at these amplitudes the 1st, 2nd and 3rd multiple of its frequency, where
# the voice that it disturbs has a peak of 1.
HUM_PARTIALS = (0.25, 0.08, 0.04)


def read_manifest():
    """Read what stands in manifest.toml: `synthesisers`, and a list of `clip`."""
    return tomllib.loads((HERE / "manifest.toml").read_text(encoding="utf-8"))


def synthesisers_of(clip):
    """Name the programs that a clip needs: the first word of its voice, if it has one."""
    return clip["voice"].split()[:1]


def version_words(program):
    """Ask a synthesiser what it is: the words of its answer, none if it is not installed."""
    if shutil.which(program) is None:
        return []
    # flite answers and fails: its exit status says nothing
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60)
    return answer.stdout.split()


def missing_synthesisers(clips):
    """Name the programs that these clips need and this machine does not have."""
    needed = {program for clip in clips for program in synthesisers_of(clip)}
    return sorted(program for program in needed if not version_words(program))


def decibels(gain_db):
    """Turn a level or gain in dB into a factor for amplitudes."""
    return 10 ** (gain_db / 20)


def with_peak(amplitudes, peak_dbfs):
    """Scale a sound so that its largest amplitude has this level."""
    return amplitudes * (decibels(peak_dbfs) / np.abs(amplitudes).max())


def time_axis(seconds):
    """Times of the samples of a sound, in seconds: float64 [n_samples]."""
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def with_fades(amplitudes):
    """Let a sound rise from zero and fall back to it, so that it does not click."""
    length = round(FADE_SECONDS * SAMPLE_RATE)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(length) / length)
    faded = amplitudes.copy()
    faded[:length] *= rise
    faded[-length:] *= rise[::-1]
    return faded


def speak(clip):
    """Let a clip's voice say its transcript: float64 [n_samples] at the voice's own rate, and that rate in Hz."""
    program, voice = clip["voice"].split(maxsplit=1)
    with tempfile.TemporaryDirectory() as folder:
        spoken = str(Path(folder) / "spoken.wav")
        commands = {
            "flite": ["flite", "-voice", voice, "-t", clip["transcript"], "-o", spoken],
            "espeak-ng": ["espeak-ng", "-v", voice, "-w", spoken, clip["transcript"]],
        }
        subprocess.run(commands[program], check=True, timeout=60)
        return soundfile.read(spoken, dtype="float64")


def trimmed(amplitudes):
    """Cut or fill the silence before and after speech to MARGIN_SECONDS each."""
    frame = round(FRAME_SECONDS * SAMPLE_RATE)
    margin = round(MARGIN_SECONDS * SAMPLE_RATE)
    threshold = np.abs(amplitudes).max() * decibels(-SPEECH_RANGE_DB)
    frames = amplitudes[: len(amplitudes) // frame * frame].reshape(-1, frame)
    active = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) >= threshold)
    padded = np.pad(amplitudes, margin)
    # the padding moved everything by one margin, so speech starts at first + margin
    first, last = active[0] * frame, (active[-1] + 1) * frame
    return padded[first : last + 2 * margin]


def make_speech(clip, clips):
    """Say the transcript, resampled, without silence around it, at the usual peak."""
    amplitudes, voice_rate = speak(clip)
    # VHQ computes in double precision: the same samples whatever the processor
    resampled = librosa.resample(amplitudes, orig_sr=voice_rate, target_sr=SAMPLE_RATE, res_type="soxr_vhq")
    return with_peak(with_fades(trimmed(resampled)), SPEECH_PEAK_DBFS)


def make_speech_with_hum(clip, clips):
    """Say the transcript above a mains hum."""
    voice = with_peak(make_speech(clip, clips), 0.0)
    t = np.arange(len(voice)) / SAMPLE_RATE
    hum_hz = clip["recipe"]["hum_hz"]
    hum = sum(gain * np.sin(2 * np.pi * hum_hz * (k + 1) * t) for k, gain in enumerate(HUM_PARTIALS))
    return with_peak(voice + with_fades(hum), SPEECH_PEAK_DBFS)


def make_scaled(clip, clips):
    """Make another clip, louder or quieter."""
    (original,) = (other for other in clips if other["name"] == clip["recipe"]["of"])
    return make(original, clips) * decibels(clip["recipe"]["gain_db"])


def make_chirp(clip, clips):
    """Sweep a sine evenly through the frequencies."""
    recipe = clip["recipe"]
    t = time_axis(recipe["seconds"])
    slope = (recipe["to_hz"] - recipe["from_hz"]) / recipe["seconds"]
    # the phase is 2 pi times the integral of the frequency from_hz + slope * t
    phase = 2 * np.pi * (recipe["from_hz"] * t + slope * t**2 / 2)
    return with_peak(with_fades(np.sin(phase)), recipe["peak_dbfs"])


def make_clicks(clip, clips):
    """Put single samples into silence."""
    recipe = clip["recipe"]
    amplitudes = np.zeros(round(recipe["seconds"] * SAMPLE_RATE))
    amplitudes[recipe["at_samples"]] = decibels(recipe["peak_dbfs"])
    return amplitudes


def make_chord(clip, clips):
    """Sound several sines at once."""
    recipe = clip["recipe"]
    t = time_axis(recipe["seconds"])
    tones = sum(np.sin(2 * np.pi * tone_hz * t) for tone_hz in recipe["tones_hz"])
    return with_peak(with_fades(tones), recipe["peak_dbfs"])


MAKERS = {
    "speech": make_speech,
    "speech_with_hum": make_speech_with_hum,
    "scaled": make_scaled,
    "chirp": make_chirp,
    "clicks": make_clicks,
    "chord": make_chord,
}


def make(clip, clips):
    """Make one clip of the manifest's: float64 [n_samples] at SAMPLE_RATE."""
    return MAKERS[clip["recipe"]["kind"]](clip, clips)


def write(clip, clips, folder):
    """Make one clip and write it into a folder, as 16-bit FLAC."""
    integers = np.rint(make(clip, clips) * 32768).astype(np.int16)
    soundfile.write(folder / f"{clip['name']}.flac", integers, SAMPLE_RATE, format="FLAC", subtype="PCM_16")


def main():
    """Make every clip of the manifest, or say what is missing."""
    manifest = read_manifest()
    missing = missing_synthesisers(manifest["clip"])
    if missing:
        names = " and ".join(missing)
        sys.exit(f"Not installed: {names}. Try: sudo apt-get install {' '.join(missing)}. Nothing was written.")
    for program, version in manifest["synthesisers"].items():
        if version not in version_words(program):
            print(f"{program} is not version {version}: the voices will differ. Note yours in manifest.toml.")
    for clip in manifest["clip"]:
        write(clip, manifest["clip"], HERE)
        print(f"{clip['name']}.flac")


if __name__ == "__main__":
    main()
