"""assets/sounds: every clip is what the manifest says, and can be made again."""

import importlib.util

import numpy as np
import pytest
import soundfile

from course import audio
from course.assets import assets_folder

FOLDER = assets_folder() / "sounds"
SPEC = importlib.util.spec_from_file_location("make_sounds", FOLDER / "make_sounds.py")
make_sounds = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(make_sounds)

MANIFEST = make_sounds.read_manifest()
ENTRIES = {entry["name"]: entry for entry in MANIFEST["clip"]}


def speaks_as_then(program):
    """Is this synthesiser here, in the version that spoke the clips?"""
    return MANIFEST["synthesisers"][program] in make_sounds.version_words(program)


# A scaled clip needs the voice of its original, which is its own.
REPEATABLE = [name for name, entry in ENTRIES.items() if all(map(speaks_as_then, make_sounds.synthesisers_of(entry)))]
SPOKEN = [name for name, entry in ENTRIES.items() if entry["voice"]]


def power_between(amplitudes, low_hz, high_hz):
    """The share of a sound's power between two frequencies, in dB."""
    power = np.abs(np.fft.rfft(amplitudes)) ** 2
    frequencies = np.fft.rfftfreq(len(amplitudes), 1 / audio.SAMPLE_RATE)
    inside = (frequencies >= low_hz) & (frequencies < high_hz)
    return 10 * np.log10(power[inside].sum() / power.sum())


def peak_frequency(amplitudes, low_hz=0, high_hz=audio.SAMPLE_RATE / 2):
    """The frequency of the highest bin of the windowed spectrum between two frequencies, in Hz."""
    spectrum = np.abs(np.fft.rfft(amplitudes * np.hanning(len(amplitudes)), 1 << 17))
    frequencies = np.fft.rfftfreq(1 << 17, 1 / audio.SAMPLE_RATE)
    inside = (frequencies >= low_hz) & (frequencies <= high_hz)
    return frequencies[inside][spectrum[inside].argmax()]


def test_the_folder_and_the_manifest_hold_the_same_names():
    """No clip without a file, no file without a clip, no name twice."""
    assert sorted(file.stem for file in FOLDER.glob("*.flac")) == sorted(entry["name"] for entry in MANIFEST["clip"])


def test_the_folder_is_small():
    """All sounds together stay below 1.5 MB."""
    assert sum(file.stat().st_size for file in FOLDER.iterdir() if file.is_file()) < 1_500_000


def test_clips_tell_what_the_manifest_says():
    """clips() lists every entry in its order, with what is known of it."""
    listed = audio.clips()
    assert [known.name for known in listed] == list(ENTRIES)
    for known in listed:
        entry = ENTRIES[known.name]
        assert (known.purpose, known.transcript, known.voice) == (entry["purpose"], entry["transcript"], entry["voice"])
        assert known.licence == "CC BY 4.0"
        assert known.purpose.endswith(".")
        assert known.seconds == pytest.approx(len(audio.clip(known.name)) / audio.SAMPLE_RATE)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_clip_is_mono_16_bit_unclipped_and_centred(name):
    """Each file has the course's format, no clipped sample, and no constant offset to speak of."""
    info = soundfile.info(FOLDER / f"{name}.flac")
    assert (info.samplerate, info.channels, info.subtype) == (22050, 1, "PCM_16")
    amplitudes = audio.clip(name)
    measured = audio.level(amplitudes)
    assert measured.clipped == 0
    assert -24 < measured.peak_dbfs < -2.9
    assert abs(amplitudes.mean()) < 0.02 * np.abs(amplitudes).max()


@pytest.mark.parametrize("name", [name for name in SPOKEN if ENTRIES[name]["recipe"]["kind"] != "scaled"])
def test_speech_peaks_at_minus_3_dbfs(name):
    """Every voice is as loud as the others, by its peak."""
    assert audio.level(audio.clip(name)).peak_dbfs == pytest.approx(-3, abs=0.01)


@pytest.mark.parametrize("name", [name for name in SPOKEN if name != "hum_and_voice"])
def test_speech_has_50_ms_of_silence_at_either_end(name):
    """The first and last 40 ms are at least 45 dB below the peak, the first and last 150 ms are not."""
    amplitudes = audio.clip(name)
    silence, speech = round(0.04 * audio.SAMPLE_RATE), round(0.15 * audio.SAMPLE_RATE)
    peak_dbfs = audio.level(amplitudes).peak_dbfs
    for end in (amplitudes, amplitudes[::-1]):
        assert audio.level(end[:silence]).rms_dbfs < peak_dbfs - 45
        assert audio.level(end[:speech]).rms_dbfs > peak_dbfs - 45


def test_the_voices_speak_one_sentence_for_two_to_three_seconds():
    """Four voices, one transcript."""
    voices = [known for known in audio.clips() if known.name.startswith("voice_")]
    assert len({known.voice for known in voices}) == 4
    assert len({known.transcript for known in voices}) == 1
    assert all(2 < known.seconds < 3 for known in voices)


def test_voices_reach_above_4_khz_up_to_where_their_synthesisers_end():
    """The consonants are there; nothing was folded above the 8 kHz where flite's voices end."""
    for name in ("voice_slt", "voice_rms", "voice_awb"):
        assert power_between(audio.clip(name), 4000, 8000) > -35
        assert power_between(audio.clip(name), 8200, 11026) < -80
    assert power_between(audio.clip("voice_espeak"), 8200, 11026) > -40


def test_yes_hisses_and_no_does_not():
    """The s of yes lies above 4 kHz, 20 dB and more above what no has there."""
    yes, no = (power_between(audio.clip(name), 4000, 11026) for name in ("yes_loud", "no_loud"))
    assert yes > no + 20


@pytest.mark.parametrize("word", ["yes", "no"])
def test_quiet_is_the_same_utterance_20_db_below_loud(word):
    """Ten times the quiet clip is the loud one, within the rounding to 16 bits."""
    loud, quiet = audio.clip(f"{word}_loud"), audio.clip(f"{word}_quiet")
    np.testing.assert_allclose(10 * quiet, loud, atol=10 * 0.6 / 32768)
    difference = audio.level(loud).rms_dbfs - audio.level(quiet).rms_dbfs
    assert difference == pytest.approx(20, abs=0.05)


def test_the_two_clicks_are_441_samples_apart():
    """Half a second of silence but for samples 5292 and 5733: exactly 20 ms."""
    amplitudes = audio.clip("two_clicks")
    assert len(amplitudes) == 11025
    np.testing.assert_array_equal(np.flatnonzero(amplitudes), [5292, 5733])
    assert amplitudes[5292] == amplitudes[5733]


@pytest.mark.parametrize(("seconds", "frequency"), [(0.5, 2075), (1.0, 4050), (1.5, 6025)])
def test_the_chirp_rises_evenly(seconds, frequency):
    """From 100 Hz to 8 kHz in 2 s: 4050 Hz in the middle."""
    amplitudes = audio.clip("chirp")
    assert len(amplitudes) == 2 * audio.SAMPLE_RATE
    middle = round(seconds * audio.SAMPLE_RATE)
    assert peak_frequency(amplitudes[middle - 256 : middle + 256]) == pytest.approx(frequency, abs=15)


def test_the_chord_holds_three_tones_equally_loud():
    """440, 554.37 and 659.26 Hz, and next to nothing else."""
    amplitudes = audio.clip("chord")
    shares = [power_between(amplitudes, tone_hz - 20, tone_hz + 20) for tone_hz in (440, 554.37, 659.26)]
    assert shares == pytest.approx([10 * np.log10(1 / 3)] * 3, abs=0.05)
    for tone_hz in (440, 554.37, 659.26):
        assert peak_frequency(amplitudes, tone_hz - 20, tone_hz + 20) == pytest.approx(tone_hz, abs=0.2)


def test_the_hum_lies_below_the_voice():
    """Its strongest line is at 50 Hz, where the voice alone has nothing; above 200 Hz they are alike."""
    hum, voice = audio.clip("hum_and_voice"), audio.clip("voice_slt")
    assert peak_frequency(hum) == pytest.approx(50, abs=0.5)
    assert power_between(voice, 40, 60) < -35 < -10 < power_between(hum, 40, 60)
    spectra = [np.abs(np.fft.rfft(amplitudes))[600:] for amplitudes in (hum, voice)]
    assert np.corrcoef(spectra)[0, 1] > 0.999


def test_what_needs_no_synthesiser_can_be_made_everywhere():
    """The synthetic clips are among those that the next tests make again, on any machine."""
    assert {"chirp", "two_clicks", "chord"} <= set(REPEATABLE)


@pytest.mark.parametrize("name", REPEATABLE)
def test_a_clip_is_made_again_sample_by_sample(tmp_path, name):
    """The script gives the samples of the file in the folder, and the same file on every run."""
    runs = [tmp_path / "first", tmp_path / "second"]
    for run in runs:
        run.mkdir()
        make_sounds.write(ENTRIES[name], MANIFEST["clip"], run)
    first, second = (run / f"{name}.flac" for run in runs)
    assert first.read_bytes() == second.read_bytes()
    # not the file's bytes: they change with the version of the FLAC encoder
    made, shipped = (soundfile.read(file, dtype="int16")[0] for file in (first, FOLDER / f"{name}.flac"))
    assert made.tobytes() == shipped.tobytes()


def test_a_missing_synthesiser_is_named(monkeypatch, tmp_path):
    """Without flite and espeak-ng the script says which it lacks, and writes nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert make_sounds.missing_synthesisers(MANIFEST["clip"]) == ["espeak-ng", "flite"]
    before = {file: file.stat().st_mtime_ns for file in FOLDER.glob("*.flac")}
    with pytest.raises(SystemExit, match="Not installed: espeak-ng and flite"):
        make_sounds.main()
    assert {file: file.stat().st_mtime_ns for file in FOLDER.glob("*.flac")} == before
