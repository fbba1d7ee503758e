"""course.audio: loading and saving real files, and the course's own clips."""

import re
import resource

import numpy as np
import pytest
import soundfile

from course import audio

ONE_STEP = 1 / 32768


def tone(frequency, sample_rate=audio.SAMPLE_RATE, seconds=0.5, amplitude=0.5):
    """A sine, float32 [n_samples]."""
    t = np.arange(round(seconds * sample_rate)) / sample_rate
    return (amplitude * np.sin(2 * np.pi * frequency * t)).astype(np.float32)


def measured_frequency(amplitudes, sample_rate=audio.SAMPLE_RATE):
    """The frequency of the highest peak of the spectrum, in Hz, to a small part of a bin."""
    spectrum = np.log(np.abs(np.fft.rfft(amplitudes * np.hanning(len(amplitudes)))) + 1e-12)
    k = spectrum.argmax()
    left, middle, right = spectrum[k - 1 : k + 2]
    return (k + (left - right) / (2 * (left - 2 * middle + right))) * sample_rate / len(amplitudes)


@pytest.mark.parametrize(
    ("suffix", "subtype", "tolerance"),
    [
        ("wav", "PCM_U8", 2 / 256),
        ("wav", "PCM_16", ONE_STEP),
        ("wav", "PCM_24", 1e-6),
        ("wav", "FLOAT", 1e-7),
        ("flac", "PCM_24", 1e-6),
    ],
)
def test_every_bit_depth_has_the_same_full_scale(tmp_path, suffix, subtype, tolerance):
    """8, 16, 24 bits and floats all load as the amplitudes that went in."""
    file = tmp_path / f"tone.{suffix}"
    soundfile.write(file, tone(440), audio.SAMPLE_RATE, subtype=subtype)
    loaded = audio.load(file)
    assert loaded.dtype == np.float32
    np.testing.assert_allclose(loaded, tone(440), atol=tolerance)


@pytest.mark.parametrize("file_rate", [8000, 16000, 44100, 48000])
def test_a_tone_keeps_its_pitch_length_and_level_at_another_rate(tmp_path, file_rate):
    """440 Hz recorded at any rate are 440 Hz after loading, as long and as loud."""
    file = tmp_path / "tone.wav"
    soundfile.write(file, tone(440, file_rate, seconds=1.0), file_rate)
    loaded = audio.load(file)
    assert loaded.shape == (audio.SAMPLE_RATE,)
    assert loaded.dtype == np.float32
    assert measured_frequency(loaded) == pytest.approx(440, abs=0.01)
    assert np.abs(loaded[2000:-2000]).max() == pytest.approx(0.5, abs=0.001)


def test_what_the_new_rate_cannot_hold_does_not_fold_back(tmp_path):
    """A tone above half the new rate is gone after loading, not heard at another pitch."""
    soundfile.write(tmp_path / "high.wav", tone(15000, 48000), 48000)
    assert np.abs(audio.load(tmp_path / "high.wav")[500:-500]).max() < 1e-3


def test_load_gives_the_rate_that_is_asked_for(tmp_path):
    """At 16 kHz a second has 16000 samples, and the tone its pitch."""
    soundfile.write(tmp_path / "tone.wav", tone(440, seconds=1.0), audio.SAMPLE_RATE)
    loaded = audio.load(str(tmp_path / "tone.wav"), sample_rate=16000)
    assert loaded.shape == (16000,)
    assert measured_frequency(loaded, 16000) == pytest.approx(440, abs=0.01)


def test_stereo_becomes_the_mean_of_its_channels(tmp_path):
    """Left 0.5 and right 0.1 of one tone load as 0.3 of it."""
    stereo = np.column_stack([tone(440, amplitude=0.5), tone(440, amplitude=0.1)])
    soundfile.write(tmp_path / "stereo.wav", stereo, audio.SAMPLE_RATE, subtype="FLOAT")
    np.testing.assert_allclose(audio.load(tmp_path / "stereo.wav"), tone(440, amplitude=0.3), atol=1e-6)


def nan_file(path):
    """A float WAV whose sample 17 is NaN."""
    broken = tone(440)
    broken[17] = np.nan
    soundfile.write(path, broken, audio.SAMPLE_RATE, subtype="FLOAT")


def infinite_file(path):
    """A float WAV whose sample 3 is infinite, at a rate that asks for resampling."""
    broken = tone(440)
    broken[3] = np.inf
    soundfile.write(path, broken, 48000, subtype="FLOAT")


def truncated_flac(path):
    """The first half of a FLAC file."""
    soundfile.write(path, tone(440), audio.SAMPLE_RATE, format="FLAC")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def damaged_flac(path):
    """A FLAC file with zeros in its middle."""
    soundfile.write(path, tone(440), audio.SAMPLE_RATE, format="FLAC")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 100] = bytes(100)
    path.write_bytes(content)


BAD_FILES = {
    "missing": (lambda path: None, "is not there", "it holds no WAV or FLAC file"),
    "a folder": (lambda path: path.mkdir(), "is a folder", "Name a file in it"),
    "no byte": (lambda path: path.write_bytes(b""), "is empty (0 bytes)", "Record again"),
    "no sample": (
        lambda path: soundfile.write(path, [], 22050, format="WAV"),
        "holds no samples (0 s)",
        "Record again",
    ),
    "text": (lambda path: path.write_text("not a sound\n" * 99), "no sound file", "convert it to WAV"),
    "random bytes": (lambda path: path.write_bytes(bytes(range(256)) * 40), "no sound file", "Copy it again"),
    "a WAV head alone": (lambda path: path.write_bytes(b"RIFF\x24\0\0\0WAVE"), "is damaged", "Copy it again"),
    "cut FLAC": (truncated_flac, "cut off", "Copy it again"),
    "damaged FLAC": (damaged_flac, "is damaged", "Copy it again"),
    "NaN": (nan_file, "1 sample is not finite, first nan at sample 17", "division by zero"),
    "infinity": (infinite_file, "first inf at sample 3", "division by zero"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_refused_with_its_name_the_fault_and_a_way_out(tmp_path, kind):
    """Whatever is wrong with a file, the message names the file, says what, and what to do."""
    make_file, fault, way_out = BAD_FILES[kind]
    file = tmp_path / "recording.wav"
    make_file(file)
    with pytest.raises(audio.AudioError) as refusal:
        audio.load(file)
    message = str(refusal.value)
    assert message.startswith(f"{file}: ")
    assert fault in message
    assert way_out in message


def test_a_misspelt_file_is_shown_its_neighbours(tmp_path):
    """Who asks for a file that is not there reads the names of those that are."""
    audio.save(tmp_path / "yes.wav", tone(440))
    (tmp_path / "notes.txt").write_text("no sound")
    with pytest.raises(audio.AudioError, match=r"in it: yes\.wav\)"):
        audio.load(tmp_path / "yess.wav")
    with pytest.raises(audio.AudioError, match="there is no folder"):
        audio.load(tmp_path / "elsewhere" / "yes.wav")


@pytest.mark.parametrize("path", [..., None, 3, "nul\0byte.wav", "long" * 100])
def test_what_is_no_path_is_refused(path):
    """The ... of an unfinished stub, or a number, is no file name, and the message says so."""
    with pytest.raises(audio.AudioError, match=r"is not the name of a file|cannot be read"):
        audio.load(path)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".WAV"])
def test_save_then_load_is_true_to_half_a_step_of_16_bit(tmp_path, suffix):
    """What is saved comes back within the rounding to 16 bits, and a second time unchanged."""
    file = tmp_path / f"voice{suffix}"
    audio.save(file, tone(440, amplitude=0.9).astype(np.float64))
    once = audio.load(file)
    np.testing.assert_allclose(once, tone(440, amplitude=0.9), atol=0.51 * ONE_STEP)
    audio.save(file, once)
    np.testing.assert_array_equal(audio.load(file), once)
    assert soundfile.info(file).subtype == "PCM_16"
    assert soundfile.info(file).samplerate == audio.SAMPLE_RATE


def test_full_scale_survives_saving(tmp_path):
    """1 and -1 are not wrapped round: they load as the ends of the 16-bit range."""
    audio.save(tmp_path / "square.wav", np.array([1.0, -1.0, 0.0]), 8000)
    np.testing.assert_array_equal(audio.load(tmp_path / "square.wav", 8000), np.float32([1 - ONE_STEP, -1, 0]))


def test_save_refuses_what_would_clip_and_says_by_how_much(tmp_path):
    """A peak of 1.5 is not saved; the message holds the number to divide by."""
    with pytest.raises(audio.AudioError, match=r"their peak is 1\.5\. Divide them by it"):
        audio.save(tmp_path / "loud.wav", np.array([0.0, -1.5]))
    assert list(tmp_path.iterdir()) == []


def test_a_rounding_above_full_scale_is_not_clipping(tmp_path):
    """x * (1 / peak) may exceed 1 in its last digit: it is saved, and loads as full scale."""
    audio.save(tmp_path / "full.wav", np.array([np.nextafter(1, 2), -np.nextafter(1, 2)]))
    np.testing.assert_array_equal(audio.load(tmp_path / "full.wav"), np.float32([1 - ONE_STEP, -1]))
    with pytest.raises(audio.AudioError, match=r"their peak is 1\.0001"):
        audio.save(tmp_path / "above.wav", np.array([1.0001]))


@pytest.mark.parametrize("name", ["voice.mp3", "voice"])
def test_save_refuses_another_suffix(tmp_path, name):
    """The message lists the suffixes that can be had."""
    with pytest.raises(audio.AudioError, match=r"Choose one of \.wav, \.flac"):
        audio.save(tmp_path / name, tone(440))
    assert list(tmp_path.iterdir()) == []


def test_a_refused_save_leaves_the_old_file_alone(tmp_path):
    """A file that is there keeps its bytes when what should replace it is no sound."""
    file = tmp_path / "voice.wav"
    audio.save(file, tone(440))
    before = file.read_bytes()
    for refused in (np.array([np.nan]), np.array([2.0]), np.zeros((2, 2))):
        with pytest.raises(audio.AudioError):
            audio.save(file, refused)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_full_disk_leaves_the_old_file_alone(tmp_path):
    """A save that fails half-way says so, harms no file that is there, and leaves none behind."""
    file = tmp_path / "voice.wav"
    audio.save(file, tone(440))
    before = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(audio.AudioError, match="cannot be written"):
            audio.save(file, tone(880))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_save_replaces_a_file_and_leaves_nothing_beside_it(tmp_path):
    """The second save wins, and the folder holds that one file."""
    file = tmp_path / "voice.wav"
    audio.save(file, tone(440))
    audio.save(file, tone(880))
    assert measured_frequency(audio.load(file)) == pytest.approx(880, abs=0.1)
    assert list(tmp_path.iterdir()) == [file]


def test_save_into_a_missing_folder_or_over_a_folder_is_refused(tmp_path):
    """Where no file can be written, the message names the file, and nothing is left behind."""
    (tmp_path / "folder.wav").mkdir()
    for place in (tmp_path / "missing" / "voice.wav", tmp_path / "folder.wav"):
        with pytest.raises(audio.AudioError, match=re.escape(f"{place}: cannot be written")):
            audio.save(place, tone(440))
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder.wav"]


def test_a_clip_is_a_fresh_copy():
    """Changing what clip returns does not change the next one."""
    first = audio.clip("yes_loud")
    first[:] = 0
    second = audio.clip("yes_loud")
    assert second.dtype == np.float32
    assert np.abs(second).max() > 0.5


@pytest.mark.parametrize(("wrong", "closest"), [("two_click", "two_clicks"), ("Welcome", "welcome"), ("cord", "chord")])
def test_an_unknown_clip_lists_the_names_closest_first(wrong, closest):
    """A slip of the pen is answered with the name that was probably meant, then all others."""
    with pytest.raises(audio.AudioError) as refusal:
        audio.clip(wrong)
    listed = str(refusal.value).removesuffix(".").split("Choose one of ")[1].split(", ")
    assert listed[0] == closest
    assert sorted(listed) == sorted(known.name for known in audio.clips())


@pytest.mark.parametrize("name", [..., None, "../sounds/welcome", ""])
def test_what_is_no_clip_is_refused(name):
    """Neither an unfinished stub nor a path is the name of a clip."""
    with pytest.raises(audio.AudioError, match="is not a clip of the course"):
        audio.clip(name)
