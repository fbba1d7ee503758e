"""nbgrader's own converters, driven from Python with the configuration of the course."""

import os
import re
import sysconfig
import warnings
from pathlib import Path

from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config, PyFileConfigLoader

from autograder.errors import PlainError

# nbgrader reads a submission's cells before it has stored the submission, as it means to
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")


class NbgraderError(PlainError):
    """nbgrader could not do a step; the message ends with its cause."""


def load_config(course: Path, root: Path | None = None, gradebook: Path | None = None) -> Config:
    """The configuration in `course`/nbgrader_config.py.

    Parameters
    ----------
    course : Path
        The folder that holds nbgrader_config.py and source/.
    root : Path, optional
        The folder of submitted/, autograded/ and feedback/; the course's folder by default.
    gradebook : Path, optional
        The database's file; by default gradebook.db in `root`.

    Returns
    -------
    config : Config
    """
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    if root is not None:
        config.CourseDirectory.root = str(Path(root).resolve())
    if gradebook is not None:
        config.CourseDirectory.db_url = f"sqlite:///{Path(gradebook).resolve()}"
    return config


def generate_assignment(config: Config, lesson: str) -> None:
    """Write the release of a lesson, and enter the lesson in the gradebook."""
    _done(_api(config).generate_assignment(lesson), f"build the release of {lesson}")


def autograde(config: Config, lesson: str, student: str) -> None:
    """Grade one submission."""
    _done(_api(config).autograde(lesson, student), f"grade {lesson} of {student}")


def generate_feedback(config: Config, lesson: str, student: str) -> None:
    """Write the feedback page of one graded submission."""
    _done(_api(config).generate_feedback(lesson, student), f"write the feedback on {lesson} for {student}")


def _api(config: Config) -> NbGraderAPI:
    # nbgrader starts `alembic` by its bare name, which only an activated environment finds
    scripts = sysconfig.get_path("scripts")
    if scripts not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join((scripts, os.environ["PATH"]))
    return NbGraderAPI(coursedir=CourseDirectory(config=config), config=config)


def _done(result: dict, step: str) -> None:
    if not result["success"]:
        told = (result.get("log") or "") + (result.get("error") or "")
        raise NbgraderError(f"nbgrader could not {step}: {_last_cause(told)}")


def _last_cause(log: str) -> str:
    """The last exception of a log that says more than to read the log."""
    causes = [line.strip() for line in log.splitlines() if re.match(r"\s*[\w.]+(Error|Exception|Missing\w*)\b: ", line)]
    telling = [cause for cause in causes if "Please see the the above traceback" not in cause]
    return (telling or causes or ["it gave no reason"])[-1]
