"""`python -m course` puts lessons on a student's desk."""

import subprocess
import sys

from course.__main__ import RELEASE, lay_out


def run(*arguments, folder):
    return subprocess.run([sys.executable, "-m", "course", *arguments], cwd=folder, capture_output=True, text=True)


def test_lessons_are_copied_and_work_that_was_begun_is_kept(tmp_path):
    """A second start never overwrites a student's answers."""
    (notebook,) = [path for path in lay_out(RELEASE, tmp_path) if path.parent.name == "02_stft"]
    assert notebook.read_bytes() == (RELEASE / "02_stft" / "02_stft.ipynb").read_bytes()
    notebook.write_text("my work")
    lay_out(RELEASE, tmp_path)
    assert notebook.read_text() == "my work"


def test_the_command_says_where_the_lessons_lie(tmp_path):
    """In the folder it was started in."""
    ran = run("--no-lab", folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "Your lessons lie in my_lessons.\n")
    assert (tmp_path / "my_lessons" / "02_stft" / "02_stft.ipynb").is_file()


def test_an_unknown_lesson_is_answered_with_the_known_ones(tmp_path):
    """Not with a traceback."""
    ran = run("99_silence", folder=tmp_path)
    assert ran.returncode == 2
    assert "02_stft" in ran.stderr
    assert "Traceback" not in ran.stderr
