"""assets/corpus: the script makes what the folder holds."""

import importlib.util
import json

import numpy as np
import pytest

from course.assets import assets_folder

FOLDER = assets_folder() / "corpus"
SPEC = importlib.util.spec_from_file_location("make_corpus", FOLDER / "make_corpus.py")
make_corpus = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(make_corpus)

MANIFEST = make_corpus.read_manifest()
INDEX = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
SPEAKERS = {speaker["name"]: speaker for speaker in MANIFEST["speaker"]}


def speaks_as_then(name):
    """Is this speaker's synthesiser here, in the version that spoke?"""
    program = SPEAKERS[name]["voice"].split()[0]
    return MANIFEST["synthesisers"][program] in make_corpus.version_words(program)


# One of each synthesiser, one with a room, neither with the letters: 40 words each.
REPEATABLE = [name for name in ("lena", "oscar") if speaks_as_then(name)]


def test_the_index_tells_what_the_manifest_says():
    """The same speakers in the same order, the same words, the same held out; each word ends after the one before."""
    assert list(INDEX) == list(SPEAKERS)
    for name, known in INDEX.items():
        assert known["held_out"] == SPEAKERS[name]["held_out"]
        assert known["labels"] == make_corpus.labels_of(SPEAKERS[name], MANIFEST)
        assert len(known["ends"]) == len(known["labels"])
        assert all(length > 0 for length in np.diff([0, *known["ends"]]))
        assert known["ends"][-1] == len(make_corpus.decoded(FOLDER / "voices" / f"{name}.ogg"))


@pytest.mark.parametrize("name", REPEATABLE)
def test_a_speaker_is_made_again(tmp_path, name):
    """The script gives the samples of the folder's file, to the rounding of another processor, and its index."""
    entry = make_corpus.write(SPEAKERS[name], MANIFEST, tmp_path)
    assert entry == INDEX[name]
    made, shipped = (
        make_corpus.decoded(folder / f"{name}.ogg").astype(int) for folder in (tmp_path, FOLDER / "voices")
    )
    difference = np.sqrt(np.mean((made - shipped) ** 2)) / np.sqrt(np.mean(shipped**2))
    assert difference < 0.001


@pytest.mark.parametrize("name", REPEATABLE[:1])
def test_a_file_with_the_same_samples_stays(tmp_path, name):
    """A second run leaves a file as it is, byte for byte; a file with other samples is written anew."""
    few = MANIFEST | {"words": ["yes"]}
    file = tmp_path / f"{name}.ogg"
    runs = []
    for level_db in (-6, -6, -9):
        make_corpus.write(SPEAKERS[name] | {"level_db": level_db}, few, tmp_path)
        runs.append(file.read_bytes())
    assert runs[0] == runs[1] != runs[2]


def test_randomness_depends_on_the_names_alone():
    """Another word added to the manifest changes no other's noise."""
    first, second, other = (make_corpus.randomness("lena", word).standard_normal(3) for word in ("go", "go", "no"))
    np.testing.assert_array_equal(first, second)
    assert not np.isclose(first, other).any()


def test_a_room_prolongs_a_word_by_its_echo():
    """A click in a room of 0.2 s falls by 60 dB within it, and holds 8 dB less in the echo than in itself."""
    click = np.zeros(10)
    click[0] = 1
    heard = make_corpus.with_room(click, 0.2, "lena")
    echo = heard[10:]
    rate = make_corpus.SAMPLE_RATE
    assert len(heard) / rate == pytest.approx(0.204, abs=0.001)
    assert heard[0] == pytest.approx(1)
    assert 10 * np.log10(np.sum(echo**2)) == pytest.approx(-8, abs=0.1)
    early, late = np.mean(echo[100:500] ** 2), np.mean(echo[-500:] ** 2)
    assert 10 * np.log10(early / late) == pytest.approx(60 * (0.2 - 800 / rate) / 0.2, abs=6)


def test_a_word_is_trimmed_to_30_ms_around_it():
    """What lies more than 40 dB below the loudest is cut, and filled where there is none."""
    rate = make_corpus.SAMPLE_RATE
    word = np.sin(2 * np.pi * 300 * np.arange(rate // 4) / rate)
    for before, after in ((0.3, 0.2), (0.0, 0.0)):
        quiet = [0.003 * np.ones(round(seconds * rate)) for seconds in (before, after)]
        trimmed = make_corpus.trimmed(np.concatenate([quiet[0], word, quiet[1]]))
        assert len(trimmed) / rate == pytest.approx(0.25 + 0.06, abs=0.021)
        assert trimmed[0] == 0 and abs(trimmed[-1]) < 1e-4


def test_a_missing_synthesiser_is_named(monkeypatch, tmp_path):
    """Without flite and espeak-ng the script says which it lacks, and writes nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    before = {file: file.stat().st_mtime_ns for file in FOLDER.rglob("*") if file.is_file()}
    with pytest.raises(SystemExit, match="Not installed: espeak-ng and flite"):
        make_corpus.main()
    assert {file: file.stat().st_mtime_ns for file in before} == before
