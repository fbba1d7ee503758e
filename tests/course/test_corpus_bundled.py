"""assets/corpus: the corpus that ships is what the manifest says, sane and small."""

import doctest
import tomllib

import librosa
import numpy as np
import pytest
import soundfile

from course import audio, corpus
from course.assets import assets_folder

RATE = audio.SAMPLE_RATE
MANIFEST = tomllib.loads((assets_folder() / "corpus" / "manifest.toml").read_text(encoding="utf-8"))
SPEAKERS = {speaker["name"]: speaker for speaker in MANIFEST["speaker"]}
HELD_OUT = [name for name, speaker in SPEAKERS.items() if speaker.get("held_out")]
STUDIO = [name for name, speaker in SPEAKERS.items() if speaker.get("letters")]


@pytest.fixture(scope="module")
def voices():
    """The bundled corpus."""
    return corpus.bundled()


def pitch(sound):
    """The median pitch of the loud frames of a sound, in Hz."""
    f0 = librosa.yin(sound, fmin=60, fmax=400, sr=RATE, frame_length=1024)
    loudness = librosa.feature.rms(y=sound, frame_length=1024, hop_length=256)[0]
    return np.median(f0[loudness > 0.3 * loudness.max()])


def test_the_bundled_corpus_is_there_once(voices):
    """The same corpus is given again, and says what it is."""
    assert corpus.bundled() is voices
    assert voices.describe().startswith("2530 utterances by 60 speakers (13 held out), 66 labels, ")


def test_every_speaker_says_every_word(voices):
    """Forty words by all, once each, in the order of the manifest; the letters by the five of the studio."""
    assert len(MANIFEST["words"]) == len(set(MANIFEST["words"])) == 40
    assert list(dict.fromkeys(voices.speakers)) == list(SPEAKERS)
    for name in SPEAKERS:
        letters = [*"abcdefghijklmnopqrstuvwxyz"] if name in STUDIO else []
        assert voices.only(speakers=name).labels.tolist() == MANIFEST["words"] + letters
    assert len(STUDIO) == 5 and len(set(STUDIO) & set(HELD_OUT)) == 1


def test_held_out_voices_are_no_others(voices):
    """Twelve speakers at least are held out; none shares a voice, a variant, or an accent but en-us."""
    assert sorted(set(voices.speakers[voices.held_out])) == sorted(HELD_OUT)
    assert len(HELD_OUT) >= 12
    parts = [set(), set()]
    for name, speaker in SPEAKERS.items():
        _, voice = speaker["voice"].split()
        parts[name in HELD_OUT] |= {part for part in voice.split("+") if part != "en-us"}
    assert not parts[0] & parts[1] and min(map(len, parts)) > 5


def test_high_and_low_voices_are_in_both_parts(voices):
    """Four voices at least above 160 Hz, four below 140 Hz, among those held out and among the others."""
    hello = voices.only(labels="hello")
    pitches = np.array([pitch(hello.sound(i)) for i in range(len(hello))])
    for part in (hello.held_out, ~hello.held_out):
        assert (pitches[part] > 160).sum() >= 4 and (pitches[part] < 140).sum() >= 4


def test_no_two_speakers_sound_alike(voices):
    """Said by no two speakers, a word has the same mel spectrogram, as it would if a variant were ignored."""
    shapes = []
    for mel in voices.only(labels="hello").mels():
        bands = 10 * np.log10(mel.mean(axis=1) + 1e-12)
        shapes.append(bands - bands.mean())
    apart = np.abs(np.array(shapes)[:, None] - np.array(shapes)[None]).mean(axis=2) + 99 * np.eye(len(shapes))
    assert apart.min() > 0.5


def test_utterances_are_sane(voices):
    """Between 0.15 and 1.2 s, neither silent nor clipped, with no constant offset."""
    assert voices.lengths.min() >= 0.15 and voices.lengths.max() <= 1.2
    for i, utterance in enumerate(voices):
        sound = voices.sound(i)
        assert sound.dtype == np.float32 and sound.shape == (round(voices.lengths[i] * RATE),)
        measured = audio.level(sound)
        assert measured.clipped == 0, utterance
        assert -21 < measured.peak_dbfs < -2 and measured.rms_dbfs > -40, utterance
        assert abs(sound.mean()) < 0.04 * np.abs(sound).max(), utterance


def test_speakers_differ_in_level_and_noise(voices):
    """By more than 10 dB in the level of their loudest word; before each is noise, 35 dB and more below."""
    levels, noises = [], []
    for name in SPEAKERS:
        part = voices.only(speakers=name)
        sounds = [part.sound(i) for i in range(len(part))]
        levels.append(max(audio.level(sound).peak_dbfs for sound in sounds))
        noises.append(np.median([audio.level(sound[:220]).rms_dbfs for sound in sounds]) - levels[-1])
    assert 10 < max(levels) - min(levels) < 14
    assert max(noises) < -35 and max(noises) - min(noises) > 15
    assert max(noise for name, noise in zip(SPEAKERS, noises, strict=True) if name in STUDIO) < -55


def test_the_bundled_corpus_is_small():
    """All of it stays below 14 MB, and holds a file a speaker."""
    folder = assets_folder() / "corpus"
    files = [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    assert sum(file.stat().st_size for file in files) < 14_000_000
    assert sorted(file.stem for file in files if file.suffix == ".ogg") == sorted(SPEAKERS)
    for name in SPEAKERS:
        info = soundfile.info(folder / "voices" / f"{name}.ogg")
        assert (info.samplerate, info.channels) == (RATE, 1)


def test_a_wheel_carries_what_the_corpus_needs(course_folder):
    """Index and voices are shipped where `bundled` looks for them, and the licence beside them; no script is."""
    settings = tomllib.loads((course_folder / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for part in ("voices", "index.json", "README.md"):
        assert (course_folder / "assets" / "corpus" / part).exists()
        assert shipped[f"assets/corpus/{part}"] == f"course/_assets/corpus/{part}"
    assert not any(source in ("assets", "assets/corpus") or source.endswith(".py") for source in shipped)


def test_what_the_module_shows_is_true():
    """The example at its top runs."""
    assert doctest.testmod(corpus).failed == 0 < doctest.testmod(corpus).attempted
