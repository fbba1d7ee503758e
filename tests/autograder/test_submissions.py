"""Folders that students, or their enemies, have filled."""

import os
import socket
from dataclasses import replace

import pytest

from autograder import submissions
from autograder.submissions import NothingToGrade, read_submission, shown, strays, submitted

LESSON = "02_stft"


@pytest.fixture
def folder(tmp_path):
    """Where anna's files lie."""
    path = tmp_path / "submitted" / "anna" / LESSON
    path.mkdir(parents=True)
    return path


def read(tmp_path):
    return read_submission(tmp_path, "anna", LESSON)


def test_files_are_read_with_their_time(tmp_path, folder):
    """By their names relative to the folder; sounds and pictures hold no notebook."""
    (folder / "02_stft.ipynb").write_bytes(b"{}")
    (folder / "work").mkdir()
    (folder / "work" / "old.ipynb").write_bytes(b"[]")
    (folder / "yes.wav").write_bytes(b"RIFF")
    (folder / "timestamp.txt").write_text("2026-01-31 12:00:00 UTC\n")
    submission = read(tmp_path)
    assert submission.files == {"02_stft.ipynb": b"{}", "work/old.ipynb": b"[]"}
    assert submission.timestamp == "2026-01-31 12:00:00 UTC"
    assert submission.remarks == ()


def test_the_fingerprint_changes_with_names_bytes_and_time(tmp_path, folder):
    """And with nothing else."""
    (folder / "a").write_bytes(b"bc")
    submission = read(tmp_path)
    assert submission.fingerprint == read(tmp_path).fingerprint
    others = [
        replace(submission, files={"ab": b"c"}),
        replace(submission, files={"a": b"bd"}),
        replace(submission, files={"a": b"bc", "d": b""}),
        replace(submission, timestamp="now"),
        replace(submission, timestamp=""),
    ]
    assert len({submission.fingerprint, *(other.fingerprint for other in others)}) == 6
    assert replace(submission, student="bert", remarks=("x",)).fingerprint == submission.fingerprint


def test_links_are_not_followed(tmp_path, folder):
    """Neither of files nor of folders; and each is named."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "gradebook.ipynb").write_bytes(b"secret")
    (folder / "02_stft.ipynb").symlink_to(tmp_path / "secret" / "gradebook.ipynb")
    (folder / "timestamp.txt").symlink_to(tmp_path / "secret" / "gradebook.ipynb")
    (folder / "all").symlink_to(tmp_path)
    submission = read(tmp_path)
    assert (submission.files, submission.timestamp) == ({}, None)
    assert sorted(submission.remarks) == [
        "02_stft.ipynb is a link, and was left out.",
        "all is a link, and was left out.",
        "timestamp.txt is a link, and was left out.",
    ]


@pytest.mark.parametrize("linked", ["bert", f"bert/{LESSON}"])
def test_a_submission_that_is_a_link_is_not_another_students(linked, tmp_path, folder):
    """It is listed, and read as nothing."""
    (folder / "02_stft.ipynb").write_bytes(b"anna's")
    link = tmp_path / "submitted" / linked
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(folder if "/" in linked else folder.parent)
    assert submitted(tmp_path, LESSON) == ["anna", "bert"]
    submission = read_submission(tmp_path, "bert", LESSON)
    assert submission.files == {}
    assert submission.remarks == ("The submission's folder is a link, which is not followed.",)


def test_pipes_and_sockets_are_not_opened(tmp_path, folder, monkeypatch):
    """They would wait for ever."""
    os.mkfifo(folder / "02_stft.ipynb")
    os.mkfifo(folder / "timestamp.txt")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.ipynb")
        submission = read(tmp_path)
    assert (submission.files, submission.timestamp) == ({}, None)
    assert sorted(submission.remarks) == [
        "02_stft.ipynb is no ordinary file, and was left out.",
        "s.ipynb is no ordinary file, and was left out.",
        "timestamp.txt is no ordinary file, and was left out.",
    ]


def test_a_huge_file_is_read_in_part_and_the_right_one_first(tmp_path, folder):
    """A gigabyte of nothing beside the notebook."""
    with open(folder / "a.ipynb", "wb") as file:
        file.truncate(1_000_000_000)
    (folder / "02_stft.ipynb").write_bytes(b"{}")
    submission = read(tmp_path)
    assert submission.files["02_stft.ipynb"] == b"{}"
    assert len(submission.files["a.ipynb"]) == 512_000_000 - 2
    assert submission.remarks[0].startswith("a.ipynb has 1,000 MB; only 512 of them were read")


def test_thousands_of_files_and_deep_folders_are_bounded(tmp_path, folder):
    """The notebook with the right name is found all the same."""
    deepest = folder
    for _ in range(100):
        deepest = deepest / "d"
        deepest.mkdir()
    for number in range(11_000):
        (folder / f"{number}.ipynb").touch()
    (folder / "02_stft.ipynb").write_bytes(b"{}")
    submission = read(tmp_path)
    assert submission.files["02_stft.ipynb"] == b"{}"
    assert len(submission.files) == 200
    assert any("more than 10,000 files" in remark for remark in submission.remarks)
    assert any("more than 200 files" in remark for remark in submission.remarks)


def test_the_right_file_is_found_among_any_number_of_others(tmp_path, folder, monkeypatch):
    """Even if not one of them is looked at."""
    monkeypatch.setattr(submissions, "MOST_ENTRIES", 0)
    (folder / "a.ipynb").touch()
    (folder / "02_stft.ipynb").write_bytes(b"{}")
    assert read(tmp_path).files == {"02_stft.ipynb": b"{}"}


def test_a_folder_in_folders_is_named(tmp_path, folder):
    """So that nobody looks for a notebook that lies too deep."""
    deep = folder.joinpath(*"abcdefghi")
    deep.mkdir(parents=True)
    (deep / "02_stft.ipynb").write_bytes(b"{}")
    submission = read(tmp_path)
    assert submission.files == {}
    assert submission.remarks == ("a/b/c/d/e/f/g/h lies too deep in folders, and was left out.",)


def test_strange_names_are_kept_apart_and_shown_on_one_line(tmp_path, folder):
    """Line breaks, wrong bytes, letters that turn the direction of writing."""
    names = ["a\nb.ipynb", os.fsdecode(b"\xff.ipynb"), "\u202egpj.ipynb", "é" * 100]
    for name in names:
        (folder / name).write_bytes(b"{}")
    submission = read(tmp_path)
    assert set(submission.files) == set(names)
    assert submission.fingerprint
    assert [shown(name) for name in names[:3]] == ["a?b.ipynb", "?.ipynb", "?gpj.ipynb"]
    assert len(shown("x" * 5000)) == 100


def test_many_remarks_are_counted(tmp_path, folder):
    """Nobody reads a thousand lines."""
    for number in range(1000):
        (folder / f"{number}.ipynb").symlink_to("nowhere")
    remarks = read(tmp_path).remarks
    assert len(remarks) == 21
    assert remarks[-1] == "980 other files were left out as well."


def test_a_file_in_place_of_the_folder_is_said(tmp_path):
    """A student who uploaded `02_stft` itself is listed, and told."""
    (tmp_path / "submitted" / "anna").mkdir(parents=True)
    (tmp_path / "submitted" / "anna" / LESSON).write_bytes(b"{}")
    assert submitted(tmp_path, LESSON) == ["anna"]
    assert read(tmp_path).remarks == ("02_stft could not be opened: Not a directory.",)


def test_students_are_listed_in_order_or_it_is_said_where_they_should_be(tmp_path):
    """Only those who handed in this lesson."""
    with pytest.raises(NothingToGrade, match="There is no folder"):
        submitted(tmp_path, LESSON)
    for place in ("zoë/02_stft", "anna/02_stft", "bert/03_mel"):
        (tmp_path / "submitted" / place).mkdir(parents=True)
    assert submitted(tmp_path, LESSON) == ["anna", "zoë"]
    with pytest.raises(NothingToGrade, match="No submissions of 09_vae in"):
        submitted(tmp_path, "09_vae")


def test_a_notebook_in_a_wrong_place_is_named(tmp_path):
    """It would be lost without a word; one in a folder within a submission is found there."""
    for place in ("stray.ipynb", "anna/02_stft.ipynb", "anna/02_stft/02_stft.ipynb", "anna/02_stft/x/02_stft.ipynb"):
        path = tmp_path / "submitted" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [path.name for path in strays(tmp_path)] == ["02_stft.ipynb", "stray.ipynb"]
