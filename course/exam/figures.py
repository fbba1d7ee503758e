"""What is seen and heard with a question: a right result beside a faulty one, sounds without their names."""

import numpy as np

from course import plot
from course.check.bank import load_bank
from course.check.case import Case
from course.exam.heard import RECIPES
from course.exam.question import Drawn
from course.player import compare

RIGHT, FAULTY = "As it should be.", "What somebody's function gave."


def figure_of(drawn: Drawn) -> str:
    """The picture or the players of a question, as HTML.

    Parameters
    ----------
    drawn : Drawn
        Of the kind "see" or "hear".
    """
    if drawn.question.kind == "hear":
        letters = [choice.text for choice in drawn.choices]
        sound = RECIPES[drawn.question.sounds]
        return compare({letter: sound(drawn.parameters[letter]) for letter in letters})._repr_html_()
    exercise = load_bank(drawn.question.lesson).exercises[drawn.question.exercise]
    fault = next(each for each in exercise.faults if each.name == drawn.parameters["right"])
    place = drawn.parameters["case"]
    return beside(exercise.expected[place], fault.results[place], exercise.cases[place])._repr_html_()


def beside(expected: np.ndarray, faulty: np.ndarray, case: Case) -> plot.Picture:
    """A right and a faulty result: two tables, or two lines.

    Parameters
    ----------
    expected, faulty : float [n] or [n, m]
    case : Case
        Its axes say what the results' axes are.
    """
    names = [axis.name for axis in case.axes] or ["row", "column"]
    if np.ndim(expected) == 2:
        return plot.cells({RIGHT: expected, FAULTY: faulty}, names[1], names[0], "value")
    panels = {title: (np.arange(len(values)), values) for title, values in {RIGHT: expected, FAULTY: faulty}.items()}
    return plot.curves_beside(panels, names[0] if case.axes else "place", "value")
