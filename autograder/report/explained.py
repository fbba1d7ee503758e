"""What explains that answers to a lesson are alike: everything that the lesson says itself."""

import re

from autograder.lesson import Exercise, Lesson
from autograder.stubs import stub, without_marks

CODE = re.compile(r"`+([^`]+)`+")


def explained_by(lesson: Lesson) -> list[str]:
    """The texts of a lesson in which an answer may have been found, or which anybody might write.

    The notebook as it is solved and as it is released, the code in its texts, the other honest ways of writing the
    reference, the faults that are known, and the code in hints and in what is said about a fault.

    Parameters
    ----------
    lesson : Lesson

    Returns
    -------
    texts : list of str
        Pieces of Python.
    """
    cells = [cell["source"] for cell in lesson.cells if cell["cell_type"] == "code"]
    told = [cell["source"] for cell in lesson.cells if cell["cell_type"] != "code"]
    written = [source for style in lesson.rewritings().values() for source in style.values()]
    for exercise in lesson.exercises.values():
        written += [stub(exercise.source), *_faults(exercise)]
        told += [*exercise.hints, *(fault.says for fault in exercise.misconceptions)]
    return [*cells, *written, *(code for text in told for code in CODE.findall(text))]


def _faults(exercise: Exercise) -> list[str]:
    return [without_marks(exercise.faulty_source(fault)) for fault in exercise.misconceptions]
