"""The course as nbgrader sees it: in this folder the stock `nbgrader` commands work as ever."""

import os
from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader defines it)

COURSE = Path(__file__).resolve().parent

# Kernels that nbgrader starts inherit this: it tells the judge where the lessons' sources lie.
os.environ["RESOUND_COURSE"] = str(COURSE)

c.CourseDirectory.root = str(COURSE)
c.CourseDirectory.course_id = "resound"

# What stands in a lesson's folder beside the notebook is the instructor's: it never reaches release/, nor the folder
# in which a submission runs. So a submission is one notebook; modules and settings beside it are not used.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.pyc", "feedback", "*.py", "*.toml", "*.seal"]

# nbgrader's own list; where it clears solutions, ours keeps the name and the comment of each step.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "autograder.stubs.StepwiseStubs",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# A submission is read, run and judged as `autograder grade` does it: whatever was handed in is put on the released
# notebook, its cells run in the sandbox, and marks are decided outside of it.
c.Autograde.exporter_class = "autograder.nbgrader_steps.SalvagingExporter"
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.ClearOutput"]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_steps.JudgeInSandbox",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# No kernel runs behind a feedback page: show a widget's last picture rather than the widget.
c.WidgetsDataTypeFilter.display_data_priority = [
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "text/latex",
    "image/png",
    "image/jpeg",
    "text/plain",
]
