"""Checks that say what is wrong, not only that it is: `begin`, `check`, `hint`, `progress`, `agreement`."""

from course.check.agreement import agreement
from course.check.session import begin, check, hint, progress

__all__ = ["agreement", "begin", "check", "hint", "progress"]
