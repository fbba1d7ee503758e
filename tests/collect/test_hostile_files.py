"""Folders and zip files that mean harm, or that somebody made a mess of: each file gets a line, others are taken."""

import io
import os
import random
import stat
import zipfile
from collections import Counter

import pytest

from autograder.collect.files import MOST_FILES, Entry, Listing, NoSuchSource, listed
from autograder.collect.lessons import Lessons
from autograder.collect.roster import Roster
from autograder.collect.sources import find_source
from autograder.collect.understand import understand
from autograder.errors import PlainError
from autograder.submissions import read_submission
from tests.collect import campus
from tests.collect.conftest import collected
from tests.conftest import COURSE

HONEST = "Anna Meyer_1_assignsubmission_file_/02_stft.ipynb"
NOTEBOOK = campus.notebook(campus.STUDENTS[0])


def special(name: str, **fields) -> zipfile.ZipInfo:
    """An entry that no archiver writes by itself."""
    info = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def bomb(unpacked: int = 300_000_000) -> bytes:
    """A zip file of one file of zeros."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("02_stft.ipynb", "w") as file:
        for _ in range(unpacked // 1_000_000):
            file.write(bytes(1_000_000))
    return content.getvalue()


@pytest.fixture(scope="module")
def small_bomb() -> bytes:
    return bomb(30_000_000)


def hostile_entries(small_bomb) -> dict[str, tuple[zipfile.ZipInfo, bytes, str]]:
    """By what it is: the entry, its content, and what must be said of it."""
    folder = "Eve Evil_2_assignsubmission_file_"
    link = (stat.S_IFLNK | 0o777) << 16
    nested = campus.zipped(**{"02_stft.ipynb": NOTEBOOK})
    return {
        "a way out": (special(f"../../{folder}/02_stft.ipynb"), b"{}", "leads out of the folder"),
        "a way out for Windows": (special(f"..\\..\\{folder}\\02_stft.ipynb"), b"{}", "leads out of the folder"),
        "an absolute path": (special(f"/etc/{folder}/02_stft.ipynb"), b"{}", "absolute path"),
        "a drive": (special(f"C:\\{folder}\\02_stft.ipynb"), b"{}", "absolute path"),
        "a link": (special(f"{folder}/link.ipynb", external_attr=link), b"/etc/passwd", "a link"),
        "a line break": (special(f"{folder}/02\n_stft.ipynb"), b"{}", "can't be printed"),
        "turned letters": (special(f"{folder}/02\u202ebnypi.exe"), b"{}", "can't be printed"),
        "a bomb": (special(f"{folder}/work.zip"), small_bomb, "zip bomb"),
        "a zip in a zip": (special(f"{folder}/a.zip"), campus.zipped(**{"b.zip": nested}), "zip file in a zip file"),
        "no zip": (special(f"{folder}/c.zip"), b"PK\3\4 not", "can't be opened as a zip file"),
        "many": (special(f"{folder}/d.zip"), campus.zipped(**{f"{n}.py": b"" for n in range(150)}), "more than 100"),
    }


@pytest.fixture(scope="module")
def hostile_zip(tmp_path_factory, small_bomb):
    path = tmp_path_factory.mktemp("hostile") / "all.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for info, content, _ in hostile_entries(small_bomb).values():
            packed.writestr(info, content)
        packed.writestr(HONEST, NOTEBOOK)
    return path


def test_each_hostile_file_gets_a_line_and_the_honest_one_is_taken(hostile_zip, small_bomb, tmp_path):
    """Way out, absolute path, link, control characters, bomb, nesting, number: named, explained, and not written."""
    plan, said = collected(hostile_zip, tmp_path / "class")
    left = [(each.name, each.why) for each in plan.understood.left]
    for what, (_, _, why) in hostile_entries(small_bomb).items():
        assert any(why in text for _, text in left), what
    assert len(left) == len(hostile_entries(small_bomb))
    assert all(name.isprintable() for name, _ in left)
    assert all(why.count(".") >= 2 or "zip file" in why for _, why in left)
    written = [path for path in (tmp_path / "class").rglob("*.ipynb")]
    assert {path.read_bytes() for path in written} == {NOTEBOOK}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class"]
    assert f"{plan.understood.files} files: 1 to be graded, {len(left)} left out." in said


def test_a_locked_file_is_named(tmp_path):
    """A password is no reason to stop."""
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(HONEST, NOTEBOOK)
        packed.writestr(HONEST.replace("1", "2"), NOTEBOOK)
    content = bytearray(path.read_bytes())
    # the bit that says so, in the second entry of the directory at the end
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    plan, _ = collected(path, tmp_path / "class")
    assert [each.why for each in plan.understood.left] == ["It is locked with a password. Ask for the notebook itself."]
    assert len(plan.new) == 1


def test_a_damaged_file_is_named(tmp_path):
    """One whose bytes were spoilt on the way."""
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(HONEST, NOTEBOOK)
        packed.writestr(HONEST.replace("1", "2"), NOTEBOOK)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"handed_in_by", b"handed_in_BY", 1))
    plan, _ = collected(path, tmp_path / "class")
    ((left),) = plan.understood.left
    assert left.name == HONEST and "can't be unpacked" in left.why
    assert len(plan.new) == 1


def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path):
    """A student's folder that is a link, a notebook that is one, a pipe that waits for ever."""
    folder = tmp_path / "came"
    (folder / "anna").mkdir(parents=True)
    (folder / "anna" / "02_stft.ipynb").write_bytes(NOTEBOOK)
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "02_stft.ipynb").write_bytes(NOTEBOOK)
    (folder / "eve").symlink_to(secret)
    (folder / "anna" / "more.ipynb").symlink_to(secret / "02_stft.ipynb")
    os.mkfifo(folder / "anna" / "pipe.ipynb")
    plan, _ = collected(folder, tmp_path / "class")
    assert sorted(each.name for each in plan.understood.left) == ["anna/more.ipynb", "anna/pipe.ipynb", "eve"]
    assert [attempt.student for attempt in plan.new] == ["anna"]


def test_a_link_in_submitted_is_not_written_through(tmp_path):
    """It is said, and the others are placed."""
    folder, outside = tmp_path / "came", tmp_path / "outside"
    for student in ("anna", "ben"):
        (folder / student).mkdir(parents=True)
        (folder / student / "02_stft.ipynb").write_bytes(NOTEBOOK)
    outside.mkdir()
    (tmp_path / "class" / "submitted").mkdir(parents=True)
    (tmp_path / "class" / "submitted" / "anna").symlink_to(outside)
    plan, _ = collected(folder, tmp_path / "class")
    assert [problem.name for problem in plan.problems] == ["submitted/anna/02_stft"]
    assert not list(outside.iterdir())
    assert (tmp_path / "class" / "submitted" / "ben" / "02_stft" / "02_stft.ipynb").is_file()


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x05\x06" + bytes(18)[:10]])
def test_what_is_no_zip_file_is_told(tmp_path, content):
    """Empty, something else, cut off: one message that names it."""
    path = tmp_path / "all.zip"
    path.write_bytes(content)
    with pytest.raises(NoSuchSource, match=r"all\.zip is neither a folder nor a zip file"), listed(path):
        pass


def test_too_many_files_are_refused_before_they_are_listed(tmp_path):
    """A directory of a million entries would fill the memory."""
    path = tmp_path / "all.zip"
    path.write_bytes(b"PK\x01\x02" * (MOST_FILES + 1))
    with pytest.raises(NoSuchSource, match="holds more than 50,000 files"), listed(path):
        pass


def test_whatever_happened_to_a_zip_file_it_is_told_plainly(tmp_path):
    """Bytes changed, lost or cut off, mostly in its directory: a plan, or one message, and never a traceback."""
    delivery, rng = campus.Delivery(), random.Random(5)
    for student in campus.STUDENTS[:4]:
        delivery.add(f"{student.name}_{student.participant}_assignsubmission_file/x.ipynb", NOTEBOOK[:999], None, "")
    whole = delivery.write(tmp_path / "whole.zip").read_bytes()
    outcomes = Counter()
    for _ in range(120):
        content = bytearray(whole)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(content) - rng.choice([600, len(content) - 1]), len(content))
            if rng.random() < 0.2:
                del content[at : at + rng.randrange(40)]
            else:
                content[at] = rng.randrange(256)
        (tmp_path / "damaged.zip").write_bytes(content)
        try:
            plan, said = collected(tmp_path / "damaged.zip", tmp_path / "class", ask=lambda: False)
        except PlainError as problem:
            outcomes[type(problem).__name__] += 1
        else:
            outcomes["plan"] += 1
            assert f"{plan.understood.files} files" in said
    assert outcomes["plan"] > 20 and outcomes["NoSuchSource"] > 20


def test_names_of_macos_are_read_as_utf8(tmp_path):
    """Its archiver does not say that they are."""
    path = tmp_path / "all.zip"
    name = "Jürgen Groß_1_assignsubmission_file_/02_stft.ipynb"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, NOTEBOOK)
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.index(signature) + flags
        content[at : at + 2] = (int.from_bytes(content[at : at + 2], "little") & ~0x800).to_bytes(2, "little")
    path.write_bytes(content)
    plan, _ = collected(path, tmp_path / "class")
    assert plan.new[0].name == "Jürgen Groß"


def test_long_names_are_cut_where_a_file_system_would_refuse_them(tmp_path):
    """A letter may take three bytes, and a file system counts bytes."""
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{'王' * 150}_1_assignsubmission_file_/{'音' * 150}.ipynb", NOTEBOOK)
    plan, _ = collected(path, tmp_path / "class")
    assert plan.problems == [] and len(plan.new) == 1
    (kept,) = (tmp_path / "class" / "collected").rglob("*音.ipynb")
    assert kept.read_bytes() == NOTEBOOK


def test_a_student_can_not_hand_in_a_time(tmp_path):
    """A timestamp.txt in what an LMS packed is a student's own file: the roster's time counts, or none."""
    folder = "Anna Meyer_1_assignsubmission_file_"
    for files in ({"02_stft.ipynb": NOTEBOOK}, {"essay.pdf": b"%PDF"}):
        path, target = tmp_path / f"{len(files)}{next(iter(files))}.zip", tmp_path / next(iter(files))
        with zipfile.ZipFile(path, "w") as packed:
            for name, content in files.items():
                packed.writestr(f"{folder}/{name}", content)
            packed.writestr(f"{folder}/timestamp.txt", b"2020-01-01 00:00:00 UTC")
        collected(path, target, lesson="02_stft")
        assert read_submission(target, "Anna_Meyer", "02_stft").timestamp is None
        kept = [each.name for each in (target / "collected").rglob("*timestamp.txt")]
        assert kept == ["2_timestamp.txt"]


def test_who_hands_in_for_another_is_named():
    """In an exchange, where the owner of a folder is who handed it in; a copy, all of one owner, says nothing."""

    def who_is_odd(owners: dict[str, str]) -> set[str]:
        names = {who: f"{who}+02_stft+2026-05-01 10:00:00.000000 UTC+x/02_stft.ipynb" for who in owners}
        entries = [Entry(names[who], 1, lambda: NOTEBOOK, owner) for who, owner in owners.items()]
        lessons = Lessons(COURSE)
        source = find_source([*names.values()], lessons.names, None, None)
        attempts = understand(Listing(entries), source, lessons, Roster(), None).attempts
        return {attempt.student for attempt in attempts if "hand in for another?" in " ".join(attempt.remarks)}

    assert who_is_odd({"anna": "anna", "ben": "anna", "carla": "carla"}) == {"ben"}
    assert who_is_odd({"anna": "teacher", "ben": "teacher"}) == set()
