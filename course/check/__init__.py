"""Checks that say what is wrong, not only that it is: `begin`, `check`, `hint`, `progress`; `describe`, `agreement`."""

from course.check.results import agreement, describe
from course.check.session import begin, check, hint, progress

__all__ = ["agreement", "begin", "check", "describe", "hint", "progress"]
