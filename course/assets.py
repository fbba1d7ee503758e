"""Where the course keeps the files that it ships: sounds, the corpus and check banks."""

from pathlib import Path

SHIPPED = ("sounds", "checks", "corpus", "networks", "questions")
"""The folders that an installed course has."""
PACKAGE = Path(__file__).resolve().parent


def assets_folder():
    """Find the folder of the files that ship with the course.

    An installed wheel carries them inside the package, a checkout beside it.

    Returns
    -------
    pathlib.Path
        A folder that is there, with `sounds`, `corpus` and `checks` in it.

    Raises
    ------
    FileNotFoundError
        If neither place has the folder.
    """
    candidates = (PACKAGE / "_assets", PACKAGE.parent / "assets")
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    places = " nor ".join(str(candidate) for candidate in candidates)
    raise FileNotFoundError(
        f"The course's own files (sounds, corpus, check banks) are missing: there is neither {places}. "
        "Install the course again, or start from a complete checkout."
    )
