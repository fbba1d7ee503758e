"""course.corpus: what a folder's names say, parts of a corpus, and its mel spectrograms."""

import librosa
import numpy as np
import pytest
import soundfile

from course import audio, corpus
from course.corpus import mels

RATE = audio.SAMPLE_RATE


def tone(seconds, frequency=440.0, rate=RATE):
    """A sine at half of full scale."""
    return 0.5 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)


def lay_out(folder, *names, seconds=0.1, rate=RATE):
    """Write a sound under each of these names; the folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / name, tone(seconds, rate=rate), rate)
    return folder


def told(utterances):
    """Speakers and labels, in order."""
    return [(utterance.speaker, utterance.label) for utterance in utterances]


def refusal(*arguments, **keywords):
    """What `from_folder` says where it refuses."""
    with pytest.raises(corpus.CorpusError) as caught:
        corpus.from_folder(*arguments, **keywords)
    return str(caught.value)


# Folders.


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["yes/0a7c2a8d_nohash_0.wav", "yes/0a7c2a8d_nohash_1.wav", "no/b1_nohash_0.wav"],
            [("b1", "no"), ("0a7c2a8d", "yes"), ("0a7c2a8d", "yes")],
        ),
        (["01/0_01_7.wav", "02/9_02_11.wav"], [("01", "zero"), ("02", "nine")]),
        (["recordings/3_george_0.wav", "recordings/4_lucas_1.wav"], [("george", "three"), ("lucas", "four")]),
        (["3_george_0.wav", "4_mary_ann_1.wav"], [("george", "three"), ("mary_ann", "four")]),
        (
            ["anna/Yes.wav", "anna/no_2.flac", "ben/good night_10.ogg", "ben/7.wav"],
            [("anna", "yes"), ("anna", "no"), ("ben", "seven"), ("ben", "good night")],
        ),
        (["ben/yes.WAV"], [("ben", "yes")]),
    ],
    ids=["Speech Commands", "AudioMNIST", "free digits in a folder", "free digits", "own", "own, capital suffix"],
)
def test_names_tell_speakers_and_labels(tmp_path, names, expected):
    """Each layout is recognised by its names; labels are in lower case, digits are words."""
    found = corpus.from_folder(lay_out(tmp_path, *names))
    assert sorted(told(found)) == sorted(expected)
    assert found.speakers.tolist() == [speaker for speaker, _ in told(found)]
    assert found.labels.tolist() == [label for _, label in told(found)]
    assert not found.held_out.any() and found.held_out.shape == (len(names),)


def test_librispeech_tells_what_is_said(tmp_path):
    """The label is the transcript in lower case, or empty where there is none."""
    folder = lay_out(
        tmp_path, "dev/84/1/84-1-0000.flac", "dev/84/1/84-1-0001.flac", "dev/84/2/84-2-0000.flac", "dev/9/1/9-1-0.flac"
    )
    (folder / "dev/84/1/84-1.trans.txt").write_text("84-1-0000 GO DO YOU HEAR\n84-1-0001 BUT IN\n", encoding="utf-8")
    (folder / "dev/9/1/9-1.trans.txt").write_text("9-1-5 OF ANOTHER ONE\n", encoding="utf-8")
    found = corpus.from_folder(folder)
    assert told(found) == [("84", "go do you hear"), ("84", "but in"), ("84", ""), ("9", "")]
    (folder / "dev/84/2/84-2.trans.txt").write_text("84-2-0000 LATER\n", encoding="utf-8")
    assert corpus.from_folder(folder)[2].label == "later"


def test_what_lies_beside_the_utterances_is_passed_over(tmp_path):
    """Noise to be mixed in, hidden files and texts are no utterances, and no reason to complain."""
    names = ("yes/a_nohash_0.wav", "_background_noise_/tap.wav", ".hidden/x.wav", "yes/._a_nohash_0.wav")
    folder = lay_out(tmp_path, *names)
    (folder / "README.md").write_text("words", encoding="utf-8")
    assert told(corpus.from_folder(str(folder))) == [("a", "yes")]


def test_a_few_other_names_are_left_out_and_counted(tmp_path):
    """One name that fits nothing does not spoil a folder; the description tells of it."""
    found = corpus.from_folder(lay_out(tmp_path, "3_george_0.wav", "4_lucas_1.wav", "test.wav"))
    assert len(found) == 2
    assert "1 sound file with names of another kind left out" in found.describe()
    assert "left out" not in found.only(labels="three").describe()


def test_a_folder_is_found_without_decoding(tmp_path):
    """Files that are no sounds are not noticed before they are needed; lengths come from headers."""
    folder = lay_out(tmp_path, "anna/yes.flac", seconds=0.25, rate=8000)
    (folder / "anna/no.wav").write_bytes(b"no sound")
    file = folder / "anna/yes.flac"
    # a header that promises 0.25 s, and half of the samples
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    found = corpus.from_folder(folder)
    assert told(found) == [("anna", "no"), ("anna", "yes")]
    assert found[1:].lengths.tolist() == [0.25]
    with pytest.raises(corpus.CorpusError, match=r"yes\.flac: is damaged, cut off"):
        found.sound(1)


@pytest.mark.parametrize("part", ["sound", "lengths", "mels", "describe"])
@pytest.mark.parametrize("damage", ["rubbish", "empty", "gone"])
def test_a_file_that_cannot_be_read_is_named_when_it_is_needed(tmp_path, part, damage):
    """Rubbish, an empty file and one that was deleted are named, in words."""
    folder = lay_out(tmp_path, "anna/no.wav", "anna/yes.wav")
    found = corpus.from_folder(folder)
    file = folder / "anna" / "yes.wav"
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b"no sound" if damage == "rubbish" else b"")
    with pytest.raises(corpus.CorpusError, match=r"yes\.wav: is (damaged|empty|not there)"):
        {"sound": lambda: found.sound(1), "lengths": lambda: found.lengths}.get(part, lambda: getattr(found, part)())()
    assert len(found.sound(0)) == round(0.1 * RATE)


def test_sounds_are_resampled_to_the_course_s_rate(tmp_path):
    """A tone recorded at 8 kHz is as long and as high at 22050 Hz, float32."""
    found = corpus.from_folder(lay_out(tmp_path, "anna/yes.wav", seconds=0.5, rate=8000))
    sound = found.sound(0)
    assert sound.dtype == np.float32 and sound.shape == (RATE // 2,)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert spectrum.argmax() * RATE / len(sound) == pytest.approx(440, abs=2)
    sound[:] = 0
    assert found.sound(0).any(), "what was given is changed, what is there is not"


def test_a_folder_that_is_not_there_or_no_folder_is_explained(tmp_path):
    """The message names it, and what there is instead."""
    lay_out(tmp_path, "speech/anna/yes.wav")
    assert "speach: is not there" in refusal(tmp_path / "speach")
    assert refusal(tmp_path / "speach").endswith(f"(in {tmp_path}: speech).")
    assert "there is no folder" in refusal(tmp_path / "a" / "b")
    assert "yes.wav: is a file, not a folder" in refusal(tmp_path / "speech" / "anna" / "yes.wav")
    assert "Ellipsis is not the name of a folder" in refusal(...)


def test_a_folder_without_sounds_is_explained(tmp_path):
    """Empty, or full of something else: up to three names of what was found."""
    assert "is empty" in refusal(tmp_path)
    (tmp_path / "inner").mkdir()
    assert "holds no sound file" in refusal(tmp_path)
    for name in ("a.m4a", "b.m4a", "c.txt", "d.txt", "e.txt"):
        (tmp_path / name).touch()
    assert "There is a.m4a, b.m4a, c.txt and 2 more." in refusal(tmp_path)


def test_an_unknown_layout_is_explained(tmp_path):
    """Names that say nothing are quoted, with what names should be like; so is a layout that is none."""
    lay_out(tmp_path, "one.wav", "two.wav", "a/b/c/d.wav", "x.wav")
    message = refusal(tmp_path)
    assert "has 4 sound files, and no name among them tells speaker and label (a/b/c/d.wav, one.wav, two.wav" in message
    assert "speaker/label.wav" in message and "digit_speaker_take.wav" in message
    assert "'mine' is none. Choose one of speech_commands, digits, librispeech, own" in refusal(tmp_path, layout="mine")
    message = refusal(tmp_path, layout="digits")
    assert "digit_speaker_take.wav" in message and "label.wav" not in message


def test_names_of_two_layouts_are_refused_until_one_is_chosen(tmp_path):
    """The message counts and quotes both, and offers the larger part; `layout=` settles it."""
    lay_out(tmp_path, "yes/a_nohash_0.wav", "1_x_0.wav", "2_x_0.wav", "3_y_0.wav", "4_y_0.wav", "anna/hello.wav")
    message = refusal(tmp_path)
    assert "names of 3 layouts" in message
    assert "4 as in 'digits' (1_x_0.wav, 2_x_0.wav, 3_y_0.wav and 1 more)" in message
    assert "1 as in 'speech_commands' (yes/a_nohash_0.wav)" in message
    assert message.endswith("choose: layout='digits'.")
    assert len(corpus.from_folder(tmp_path, layout="digits")) == 4
    assert told(corpus.from_folder(tmp_path, layout="speech_commands")) == [("a", "yes")]
    assert told(corpus.from_folder(tmp_path, layout="own")) == [("anna", "hello"), ("yes", "a_nohash")]


def test_half_of_the_names_of_another_kind_are_refused(tmp_path):
    """Two of four fit: the message says how many do not and quotes them; `layout=` leaves them out."""
    lay_out(tmp_path, "1_x_0.wav", "2_x_0.wav", "hum.wav", "tap.wav")
    message = refusal(tmp_path)
    assert "2 of 4 sound files have names that do not fit the others (hum.wav, tap.wav)" in message
    assert message.endswith("layout='digits'.")
    assert "2 sound files with" in corpus.from_folder(tmp_path, layout="digits").describe()


# Parts.


@pytest.fixture
def small(tmp_path):
    """Two speakers, three labels, five utterances."""
    return corpus.from_folder(
        lay_out(tmp_path, "anna/no.wav", "anna/yes_1.wav", "anna/yes_2.wav", "ben/go.wav", "ben/no.wav", seconds=0.2)
    )


def test_only_keeps_labels_and_speakers(small):
    """One name or several, of labels, speakers or both; the order stays."""
    assert told(small.only(labels="no")) == [("anna", "no"), ("ben", "no")]
    assert told(small.only(labels=["no", "go"], speakers="ben")) == [("ben", "go"), ("ben", "no")]
    assert told(small.only(speakers=np.array(["ben"]))) == [("ben", "go"), ("ben", "no")]
    assert len(small.only()) == 5
    assert len(small.only(labels="go", speakers="anna")) == 0


def test_an_unknown_name_is_refused_with_those_that_are_there(small):
    """The most similar comes first."""
    with pytest.raises(corpus.CorpusError, match=r"label 'yess': is not in this corpus. There are yes, go, no\."):
        small.only(labels=["no", "yess"])
    with pytest.raises(corpus.CorpusError, match=r"speaker 'bin': is not in this corpus. There are ben, anna\."):
        small.only(speakers="bin")
    with pytest.raises(corpus.CorpusError, match="label Ellipsis: is not in this corpus"):
        small.only(labels=...)
    with pytest.raises(corpus.CorpusError, match=r"There are zero, .* and 42 more\."):
        corpus.bundled().only(labels="zeros")
    with pytest.raises(corpus.CorpusError, match="none: it is empty"):
        small.where(np.zeros(5, dtype=bool)).only(labels="no")


def test_where_keeps_what_a_mask_says(small):
    """A mask of comparisons, or a list of bools."""
    assert told(small.where(small.labels == "no")) == [("anna", "no"), ("ben", "no")]
    assert told(small.where([False, False, False, True, False])) == [("ben", "go")]
    assert len(small.where(small.speakers == "nobody")) == 0


@pytest.mark.parametrize("mask", [[1, 0, 1, 0, 1], [True], np.ones((5, 1), dtype=bool), ..., None, "yes"])
def test_where_refuses_what_is_no_mask(small, mask):
    """Indices, another length, another shape: the message says what was given."""
    with pytest.raises(corpus.CorpusError, match=r"bool \[5\], and was given"):
        small.where(mask)


def test_a_corpus_is_a_sequence(small):
    """Length, places from either end, slices, iteration, and an end."""
    assert len(small) == 5 and small[-1] is list(small)[4] and small[np.int64(0)].speaker == "anna"
    assert isinstance(small[1:3], corpus.Corpus) and told(small[1:3]) == [("anna", "yes"), ("anna", "yes")]
    assert small[3] in small
    with pytest.raises(IndexError):
        small[5]


def test_a_corpus_describes_itself(small):
    """Utterances, speakers, labels, minutes; one is one."""
    assert str(small) == small.describe() == "5 utterances by 2 speakers, 3 labels, 0.0 minutes"
    assert small[:1].describe() == "1 utterance by 1 speaker, 1 label, 0.0 minutes"
    assert small.where([False] * 5).describe() == "0 utterances by 0 speakers, 0 labels, 0.0 minutes"
    assert repr(small) == "<Corpus: 5 utterances by 2 speakers>"


# Mel spectrograms.


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"n_mels": 40, "n_fft": 512, "hop_length": 128, "fmax": 11025},
        {"n_mels": 13, "n_fft": 2048, "hop_length": 300, "fmax": 4000},
    ],
)
def test_mels_are_librosa_s(settings):
    """Power, centred frames, float32 [n_mels, n_frames], as librosa computes them one by one."""
    voices = corpus.bundled().only(labels=["six", "the"], speakers=["clara", "walter", "lena", "ruben"])
    expected = {"n_mels": 80, "n_fft": 1024, "hop_length": 256, "fmax": 8000} | settings
    for i, mel in enumerate(voices.mels(**settings)):
        theirs = librosa.feature.melspectrogram(y=voices.sound(i), sr=RATE, power=2.0, **expected)
        assert mel.dtype == np.float32 and mel.shape == theirs.shape
        np.testing.assert_allclose(mel, theirs, rtol=1e-3, atol=1e-7 * theirs.max())


def test_mels_of_very_short_sounds_are_librosa_s(tmp_path):
    """Sounds shorter than a frame, and than a hop, have as many frames as there."""
    folder = lay_out(tmp_path, "anna/tick.wav", seconds=0.004)
    lay_out(folder, "anna/tock.wav", seconds=0.03)
    found = corpus.from_folder(folder)
    with pytest.warns(UserWarning, match="n_fft=1024 is too large"):
        theirs = [
            librosa.feature.melspectrogram(y=sound, sr=RATE, n_fft=1024, hop_length=256, n_mels=80, fmax=8000)
            for sound in (found.sound(0), found.sound(1))
        ]
    for mel, their in zip(found.mels(), theirs, strict=True):
        np.testing.assert_allclose(mel, their, rtol=1e-3, atol=1e-7 * their.max())


def test_mels_are_remembered_for_a_corpus_and_its_parts(small):
    """What was computed is given again when the file is gone, for its settings only, and is not spoilt by a change."""
    first = small.mels()
    first[0][:] = -1
    for utterance in small:
        utterance.file.unlink()
    again = small.where(small.labels == "no").mels()
    assert (again[0] >= 0).all() and again[0].shape == first[0].shape
    np.testing.assert_array_equal(again[1], first[4])
    with pytest.raises(corpus.CorpusError, match="is not there"):
        small.mels(n_mels=40)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"n_mels": 0}, "n_mels is 0. Give a whole number, 1 or more"),
        ({"n_mels": 12.5}, "n_mels is 12.5"),
        ({"n_fft": 1}, "n_fft is 1. Give a whole number, 2 or more"),
        ({"hop_length": ...}, "hop_length is Ellipsis"),
        ({"hop_length": True}, "hop_length is True"),
        ({"fmax": 12000}, "fmax is 12000. Give a frequency in Hz, up to 11025"),
        ({"fmax": float("nan")}, "fmax is nan"),
    ],
)
def test_mels_refuse_what_is_no_setting(small, settings, says):
    """The message names the parameter and its range."""
    with pytest.raises(corpus.CorpusError, match=says):
        small.mels(**settings)


def test_what_takes_long_shows_how_far_it_is(small, monkeypatch, capsys):
    """After the time that one waits without asking: a bar on standard output in a terminal, none elsewhere."""
    monkeypatch.setattr(mels, "PATIENCE_SECONDS", -1.0)
    small.mels()
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    small.mels(n_mels=40)
    shown = capsys.readouterr()
    assert "mel spectrograms" in shown.out and shown.err == ""
