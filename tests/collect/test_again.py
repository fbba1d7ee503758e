"""Collected again: newer attempts take the place of older ones, nothing is lost, and what is the same is left alone."""

import json
from pathlib import Path

import pytest

from autograder.collect.plan import carry_out, make_plan
from autograder.collect.roster import Roster
from autograder.collect.sources import Source
from autograder.collect.store import StoreError
from autograder.collect.understand import Understood
from tests.collect import campus
from tests.collect.conftest import collected

LESSON = campus.LESSON
ANNA = campus.STUDENTS[0]


def snapshot(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Each file, when it was written, and what is in it."""
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def moodle_zip(path: Path, **works: bytes) -> Path:
    """A zip file of Moodle's with notebooks by name."""
    delivery = campus.Delivery()
    for number, (name, content) in enumerate(works.items()):
        delivery.add(f"{name}_{100 + number}_assignsubmission_file/{LESSON}.ipynb", content, None, "graded")
    return delivery.write(path)


def standing(folder: Path, student: str = "Anna") -> bytes:
    return (folder / "submitted" / student / LESSON / f"{LESSON}.ipynb").read_bytes()


def kept(folder: Path, student: str = "Anna") -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "collected" / student).glob("*/*/*"))]


def test_the_same_again_changes_no_file(from_moodle, tmp_path):
    """Not even the date of one, in collected/ and submitted/; so nobody is graded again."""
    path, folder = campus.moodle_delivery().write(tmp_path / "all.zip"), tmp_path / "class"
    collected(path, folder, rosters=from_moodle.rosters)
    before = snapshot(folder / "submitted") | snapshot(folder / "collected")
    _, said = collected(path, folder, rosters=from_moodle.rosters)
    after = snapshot(folder / "submitted") | snapshot(folder / "collected")
    index = folder / "collected" / "attempts.json"
    assert before.pop(index)[1] == after.pop(index)[1]
    assert before == after
    assert "58 collected before" in said


def test_a_newer_attempt_counts_and_the_older_one_is_kept(from_moodle, tmp_path):
    """Ten hand in again: theirs are replaced, nobody else's is touched, and both attempts are in collected/."""
    folder = tmp_path / "class"
    collected(campus.moodle_delivery().write(tmp_path / "1.zip"), folder, rosters=from_moodle.rosters)
    before = snapshot(folder / "submitted")
    plan, _ = collected(campus.moodle_delivery(2).write(tmp_path / "2.zip"), folder, rosters=from_moodle.rosters)
    after = snapshot(folder / "submitted")
    changed = {path.parts[-3] for path in before if before[path] != after[path]}
    assert changed == {f"s{index:03d}" for index in range(10)} == {attempt.student for attempt in plan.new}
    assert all("is the worksheet older" in attempt.remarks[-1] for attempt in plan.new)
    for student in campus.STUDENTS[:10]:
        assert standing(folder, student.login) == campus.notebook(student, 2)
        assert sorted(kept(folder, student.login)) == [campus.notebook(student, 1), campus.notebook(student, 2)]


def test_an_older_zip_file_after_a_newer_one_changes_nothing(tmp_path):
    """By the times in the worksheets, in whatever order they are collected."""
    folder = tmp_path / "class"
    for day in (2, 1):
        roster = tmp_path / f"{day}.csv"
        roster.write_text(f"login,name,submitted\nAnna,Anna,2026-05-0{day} 10:00\n")
        path = moodle_zip(tmp_path / f"{day}.zip", Anna=campus.notebook(ANNA, day))
        _, said = collected(path, folder, rosters=[roster])
    assert standing(folder) == campus.notebook(ANNA, 2)
    assert "an older one came" in said
    assert (folder / "submitted" / "Anna" / LESSON / "timestamp.txt").read_text() == "2026-05-02 10:00:00.000000 UTC"


def test_canvas_numbers_say_which_upload_is_newer(tmp_path):
    """Also across zip files that are collected in the wrong order."""
    folder = tmp_path / "class"
    for attempt in (3, 1, 2):
        delivery = campus.Delivery()
        name = f"meyeranna_12_{500 + attempt}_{LESSON}-{attempt}.ipynb"
        delivery.add(name, campus.notebook(ANNA, attempt), None, "graded")
        collected(delivery.write(tmp_path / f"{attempt}.zip"), folder)
    assert standing(folder, "meyeranna") == campus.notebook(ANNA, 3)
    assert len(kept(folder, "meyeranna")) == 3


def test_a_worksheet_that_comes_later_brings_the_times(tmp_path):
    """The attempt stays the same one, and gets its timestamp.txt."""
    folder, path = tmp_path / "class", moodle_zip(tmp_path / "all.zip", Anna=campus.notebook(ANNA))
    collected(path, folder)
    assert not (folder / "submitted" / "Anna" / LESSON / "timestamp.txt").exists()
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name,submitted\nAnna,Anna,2026-05-01 10:00\n")
    collected(path, folder, rosters=[roster])
    assert (folder / "submitted" / "Anna" / LESSON / "timestamp.txt").read_text().startswith("2026-05-01 10:00:00")
    assert len(kept(folder)) == 1


def test_what_an_instructor_changed_stays_until_something_newer_comes(tmp_path):
    """A notebook that was mended in submitted/ is not overwritten by the old one, and kept when a new one comes."""
    folder, path = tmp_path / "class", moodle_zip(tmp_path / "1.zip", Anna=campus.notebook(ANNA))
    collected(path, folder)
    mended = campus.notebook(ANNA).replace(b"attempt 1", b"attempt 1, mended")
    (folder / "submitted" / "Anna" / LESSON / f"{LESSON}.ipynb").write_bytes(mended)
    for _ in range(2):
        _, said = collected(path, folder)
        assert standing(folder) == mended
    assert "as before (2 kept)" in said
    collected(moodle_zip(tmp_path / "2.zip", Anna=campus.notebook(ANNA, 2)), folder)
    assert standing(folder) == campus.notebook(ANNA, 2)
    assert sorted(kept(folder)) == sorted([campus.notebook(ANNA), mended, campus.notebook(ANNA, 2)])


def test_what_stood_in_submitted_before_is_kept(tmp_path):
    """Put there by hand before anything was collected: it gives way, and lies in collected/."""
    folder = tmp_path / "class"
    by_hand = folder / "submitted" / "Anna" / LESSON
    by_hand.mkdir(parents=True)
    (by_hand / f"{LESSON}.ipynb").write_bytes(b"by hand")
    (by_hand / "notes.txt").write_text("beside it")
    collected(moodle_zip(tmp_path / "1.zip", Anna=campus.notebook(ANNA)), folder)
    assert standing(folder) == campus.notebook(ANNA)
    assert sorted(kept(folder)) == sorted([b"by hand", b"beside it", campus.notebook(ANNA)])
    assert [path.name for path in by_hand.iterdir()] == [f"{LESSON}.ipynb"]


def test_two_of_one_name_never_share_a_folder(tmp_path):
    """A second zip file with another Anna, whom only Moodle's number tells apart."""
    folder = tmp_path / "class"
    collected(moodle_zip(tmp_path / "1.zip", Anna=campus.notebook(ANNA)), folder)
    collected(moodle_zip(tmp_path / "2.zip", Ben=b"x", Anna=campus.notebook(ANNA, 2)), folder)
    assert standing(folder) == campus.notebook(ANNA)
    assert standing(folder, "Anna_101") == campus.notebook(ANNA, 2)


def test_a_roster_that_comes_later_does_not_split_anybody(tmp_path):
    """Who was collected under a name keeps it for that assignment, and it is said."""
    folder, path = tmp_path / "class", moodle_zip(tmp_path / "1.zip", Anna=campus.notebook(ANNA))
    collected(path, folder)
    roster = tmp_path / "roster.csv"
    roster.write_text("login,id,name\na17,100,Anna\n")
    _, said = collected(path, folder, rosters=[roster])
    assert [each.name for each in (folder / "submitted").iterdir()] == ["Anna"]
    assert "Called Anna since an earlier collection, now a17 in the roster." in said


def test_nothing_is_written_unless_one_agrees(tmp_path):
    """Neither by a dry run nor if the answer is no; not a folder."""
    path = moodle_zip(tmp_path / "1.zip", Anna=campus.notebook(ANNA))
    _, said = collected(path, tmp_path / "class", ask=lambda: False)
    assert "1 to be graded" in said
    assert not (tmp_path / "class").exists()


def test_a_collection_that_was_cut_short_is_finished_by_the_next(tmp_path, monkeypatch):
    """Killed before it wrote what it had done: the same attempts, once each."""
    folder, path = tmp_path / "class", moodle_zip(tmp_path / "1.zip", Anna=campus.notebook(ANNA))
    collected(path, folder)
    (folder / "collected" / "attempts.json").unlink()
    collected(path, folder)
    attempts = json.loads((folder / "collected" / "attempts.json").read_text())["attempts"]
    assert [attempt["source"] for attempt in attempts] == ["Moodle"]
    assert standing(folder) == campus.notebook(ANNA)


def test_a_plan_that_others_overtook_is_not_carried_out(tmp_path):
    """What they collected would be forgotten."""
    folder = tmp_path / "class"
    plan = make_plan(Understood(Source("Moodle", "", lambda _: None)), folder, Roster())
    collected(moodle_zip(tmp_path / "1.zip", Anna=campus.notebook(ANNA)), folder)
    with pytest.raises(StoreError, match="meanwhile"):
        carry_out(plan, folder)


def test_a_spoilt_index_is_named(tmp_path):
    """With the way out; nothing is written over it."""
    folder, path = tmp_path / "class", moodle_zip(tmp_path / "1.zip", Anna=campus.notebook(ANNA))
    (folder / "collected").mkdir(parents=True)
    (folder / "collected" / "attempts.json").write_text("{")
    with pytest.raises(StoreError, match=r"attempts\.json can't be read .* collect everything again"):
        collected(path, folder)
