"""How long every solved lesson runs from top to bottom, kernel start included: python -m benchmarks.lessons"""

import json
import tempfile
import time

from nbclient import NotebookClient

from autograder.folders import find_course
from autograder.lesson import Lesson, lesson_names


def main() -> None:
    """Measure, and print."""
    source = find_course() / "source"
    seconds = {}
    for name in lesson_names(source):
        notebook = Lesson(source / name).solved.notebook
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
            seconds[name] = round(time.perf_counter() - begun, 1)
        print(f"{name:24} {seconds[name]:6.1f} s")
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
