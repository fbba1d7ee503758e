"""The check bank: what is kept, how exactly, and that it is data only."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest

from course.check.bank import Bank, BankError, BankExercise, KnownFault, load_bank, read_bank, save_bank, single
from course.check.case import Axis, Case


def example():
    """A bank with everything that a lesson may hold, exact in single precision."""
    waves = np.round(np.random.default_rng(1).normal(size=(5, 3)), 3).astype(np.float32)
    first = BankExercise(
        name="get_stft",
        points=2.5,
        steps=("frames", "stft"),
        hints=("Look at the axes: `frames` stand in columns.", "Größe × 2 – ½"),
        cases=(
            Case.of(waves, 512, 0.1, axes=(Axis("bin", 10.75, "Hz"), Axis("frame"))),
            Case.of(waves[0], hop_length=128, window=waves[:, 0], top_db=None, ref=np.float32(0.5)),
        ),
        expected=(waves * np.complex64(1j), np.float32(0.5)),
        faults=(
            KnownFault("no window", "You forgot the window.", (waves[:-1], None)),
            KnownFault("as found", "Still in.", (None, 3.0), released=True),
        ),
    )
    second = BankExercise(
        "count",
        1.0,
        ("n",),
        ("Count.",),
        (Case.of(np.arange(4), {"to": "two"}, ["a"]),),
        (np.array([True, False]),),
        (),
    )
    return Bank("97_example", "Time & <frequency>", {"get_stft": first, "count": second})


def stored(bank, folder):
    save_bank(bank, folder / "checks" / "bank.npz")
    return read_bank(folder / "checks" / "bank.npz")


def values_of(bank):
    """All results and arguments of a bank, in one order."""
    for exercise in bank.exercises.values():
        yield from exercise.expected
        for case in exercise.cases:
            yield from (*case.positional, *case.named.values())
        for fault in exercise.faults:
            yield from fault.results


def emptied(exercise):
    """The exercise without its arrays, for a comparison of all the rest."""
    cases = tuple((len(case.positional), tuple(case.named), case.axes) for case in exercise.cases)
    faults = tuple(replace(fault, results=len(fault.results)) for fault in exercise.faults)
    return replace(exercise, cases=cases, expected=len(exercise.expected), faults=faults)


def test_a_bank_comes_back_as_it_was_written(tmp_path):
    """Texts, points, steps, axes, names of arguments, arrays, numbers without an axis, and None."""
    bank = example()
    read = stored(bank, tmp_path)
    assert (read.lesson, read.title, list(read.exercises)) == (bank.lesson, bank.title, list(bank.exercises))
    for name in bank.exercises:
        assert emptied(read.exercises[name]) == emptied(bank.exercises[name])
    for before, after in zip(values_of(bank), values_of(read), strict=True):
        assert (after is None) == (before is None)
        assert np.shape(after) == np.shape(before)
        np.testing.assert_array_equal(after, before)
        if isinstance(before, np.ndarray):
            assert after.dtype == before.dtype


def test_computed_numbers_keep_six_digits():
    """The last bits differ between processors, and would differ in the repository."""
    assert single(0.1 + 0.2) == single(np.float64(0.3)) == 0.3
    assert single(-23.307086944580078) == -23.3071
    assert single(7) == 7 and single(None) is None and single("hann") == "hann"


def test_plain_numbers_stay_plain(tmp_path):
    """An int that was an argument can still be a length: no array takes its place."""
    case = stored(example(), tmp_path).exercises["get_stft"].cases[0]
    assert [type(value) for value in case.positional[1:]] == [int, float]
    assert case.positional[1:] == (512, 0.1)


def test_released_faults_stay_released(tmp_path):
    """Which fault "find the bug" hands out is kept."""
    faults = stored(example(), tmp_path).exercises["get_stft"].faults
    assert [fault.released for fault in faults] == [False, True]


@pytest.mark.parametrize(
    "given, kept",
    [
        (np.float64, np.float32),
        (np.complex128, np.complex64),
        (np.int64, np.int64),
        (np.bool_, np.bool_),
    ],
)
def test_numbers_are_kept_in_single_precision(tmp_path, given, kept):
    """Floats are rounded; integers and truth values are not touched."""
    bank = example()
    values = np.array([0.1, 0.7, 16777217.0]).astype(given)
    bank.exercises["count"] = replace(bank.exercises["count"], expected=(values,))
    (read,) = stored(bank, tmp_path).exercises["count"].expected
    assert read.dtype == kept
    np.testing.assert_array_equal(read, values.astype(kept))


def test_the_same_content_gives_the_same_bytes(tmp_path):
    """No time of day, no order by chance: writing what was read changes nothing."""
    save_bank(example(), tmp_path / "once.npz")
    save_bank(read_bank(tmp_path / "once.npz"), tmp_path / "again.npz")
    assert (tmp_path / "once.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "once.npz") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_last_bits_of_a_result_do_not_matter(tmp_path):
    """Processors differ there: the bank comes out the same."""
    bank, saved = example(), []
    values = bank.exercises["get_stft"].cases[0].positional[0].astype(np.float64)
    for noise in (0.0, 1e-13):
        bank.exercises["count"] = replace(bank.exercises["count"], expected=(values * (1 + noise),))
        save_bank(bank, tmp_path / "bank.npz")
        saved.append((tmp_path / "bank.npz").read_bytes())
    assert saved[0] == saved[1]


def test_other_content_gives_other_bytes(tmp_path):
    """One point more is another bank."""
    bank = example()
    save_bank(bank, tmp_path / "one.npz")
    bank.exercises["count"] = replace(bank.exercises["count"], points=2.0)
    save_bank(bank, tmp_path / "other.npz")
    assert (tmp_path / "one.npz").read_bytes() != (tmp_path / "other.npz").read_bytes()


def test_a_bank_holds_no_objects(tmp_path, course_folder):
    """Nothing in it needs pickle, which could run code: neither here nor in the lessons that ship."""
    save_bank(example(), tmp_path / "bank.npz")
    for path in (tmp_path / "bank.npz", *(course_folder / "assets" / "checks").glob("*.npz")):
        with np.load(path, allow_pickle=False) as arrays:
            assert len(arrays.files) > 1
            assert all(arrays[name].dtype.kind in "biufc" for name in arrays.files)


def test_an_object_is_refused_by_the_reader(tmp_path):
    """A bank that somebody filled with objects is not read."""
    np.savez(tmp_path / "bank.npz", index=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        read_bank(tmp_path / "bank.npz")


def test_a_missing_lesson_is_told_with_those_that_there_are(course_folder):
    """The message holds the names from which to choose."""
    with pytest.raises(BankError, match="no lesson called '2_stft'") as refusal:
        load_bank("2_stft")
    for path in (course_folder / "assets" / "checks").glob("*.npz"):
        assert path.stem in str(refusal.value)


def test_a_lesson_that_ships_is_found_by_its_name():
    """And is read once: a second look gives the same bank."""
    bank = load_bank("02_stft")
    assert bank.lesson == "02_stft" and "hann" in bank.exercises
    assert load_bank("02_stft") is bank


def test_a_case_can_be_spoiled_only_as_a_copy():
    """What a call does to its arrays stays with the call."""
    case = Case.of(np.zeros(3), window=np.ones(2), name="hann")
    copy = case.copy()
    copy.positional[0][:] = 7
    copy.named["window"][:] = 7
    assert case.positional[0].sum() == 0 and case.named["window"].sum() == 2
    assert copy.named["name"] == "hann" and copy.axes == case.axes


def test_arguments_are_named_as_the_function_names_them():
    """Positional ones too; a call that does not fit gives none."""
    case = Case.of(1, 2, hop=3)
    assert case.by_name(lambda x, length, hop: None) == {"x": 1, "length": 2, "hop": 3}
    assert case.by_name(lambda x: None) == {}


@pytest.mark.parametrize(
    "axis, told",
    [
        (Axis("bin", 22050 / 2048, "Hz"), "bin 17 (183 Hz)"),
        (Axis("frame", 0.0116, "s"), "frame 17 (0.1972 s)"),
        (Axis("sample"), "sample 17"),
    ],
)
def test_a_place_is_told_in_the_unit_of_its_axis(axis, told):
    """With the unit where there is one."""
    assert axis.place(17) == told
