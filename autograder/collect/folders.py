"""A folder per student: `anna/02_stft.ipynb`, or as nbgrader keeps them, `anna/02_stft/02_stft.ipynb`.

The folder is called by whatever the roster knows: a number, a login, an e-mail address, a name. A timestamp.txt in it,
as nbgrader writes it, says when its files were handed in, if the roster does not.
"""

from collections.abc import Callable, Sequence

from autograder.collect.said import Said, Who

NAME = "folders"
WHAT = "a folder for each student"


def reader(paths: Sequence[str], lessons: Sequence[str]) -> Callable[[str], Said | None]:
    """What reads the paths of files; it steps over one folder around all of them, such as a zip file's own.

    Parameters
    ----------
    paths : sequence of str
        All of them.
    lessons : sequence of str
        A folder that is called like a lesson is not a student's.
    """
    first = {path.partition("/")[0] for path in paths}
    inner = {path.split("/")[1] for path in paths if path.count("/") > 1}
    around = len(first) == 1 and all(path.count("/") > 1 for path in paths) and not inner & set(lessons)

    def read_name(path: str) -> Said | None:
        student, *below = path.split("/")[around:]
        if not below:
            return None
        lesson = below[0] if len(below) > 1 and below[0] in lessons else ""
        file = "/".join(below[bool(lesson) :])
        return Said(Who(label=student), file, f"{student}/{lesson}", lesson=lesson)

    return read_name
