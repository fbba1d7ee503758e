"""`python -m course`: lay out the lessons, never over what was begun, and open JupyterLab on one of them.

`python -m course exam` prepares for an exam in the terminal; `python -m course exam --help` says how.
"""

import argparse
import shutil
import sys
from pathlib import Path

RELEASE = Path(__file__).resolve().parents[1] / "release"


def lay_out(release: Path, desk: Path) -> list[Path]:
    """Copy the lessons that are not yet in `desk`; what a student has begun stays as it is.

    Parameters
    ----------
    release : Path
        The folder of released lessons.
    desk : Path
        The folder that a student works in.

    Returns
    -------
    notebooks : list of Path
        The notebooks in `desk`: one a lesson, in order, and those beside the lessons.
    """
    notebooks = []
    for released in (*sorted(release.glob("*/*.ipynb")), *sorted(release.glob("*.ipynb"))):
        notebook = desk / released.relative_to(release)
        if not notebook.exists():
            notebook.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(released, notebook)
        notebooks.append(notebook)
    return notebooks


def main() -> int:
    """Lay out the lessons, and open JupyterLab on one of them; or prepare for an exam."""
    if sys.argv[1:2] == ["exam"]:
        from course.exam.terminal.app import main as prepare

        prepare(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m course", description=__doc__)
    parser.add_argument("lesson", nargs="?", help="the lesson to open, such as 02_stft; the first by default")
    parser.add_argument("--desk", type=Path, default=Path("my_lessons"), help="where your work lies (my_lessons)")
    parser.add_argument("--no-lab", action="store_true", help="only lay out the lessons")
    chosen = parser.parse_args()
    notebooks = {notebook.stem: notebook for notebook in lay_out(RELEASE, chosen.desk)}
    if not notebooks:
        parser.error(f"there is no lesson in {RELEASE}; run `autograder build`, or start from a complete checkout")
    if chosen.lesson and chosen.lesson not in notebooks:
        parser.error(f"there is no lesson called {chosen.lesson}; the lessons are: {', '.join(notebooks)}")
    opened = notebooks[chosen.lesson] if chosen.lesson else next(iter(notebooks.values()))
    print(f"Your lessons lie in {chosen.desk}.")
    if not chosen.no_lab:
        from jupyterlab.labapp import main as jupyterlab

        jupyterlab([str(opened)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
