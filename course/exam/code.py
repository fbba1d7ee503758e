"""Questions that ask for a function: it is checked like an exercise of its lesson."""

import librosa
import numpy as np
import scipy

from course.check.attempt import Interrupted, describe_error
from course.check.bank import load_bank
from course.check.examine import examine
from course.check.verdict import Verdict
from course.exam.question import Question

AT_HAND = {"np": np, "numpy": np, "scipy": scipy, "librosa": librosa}
"""What a source need not import."""


def examined(question: Question, source: str) -> Verdict | str:
    """Run a source and check the function in it.

    Parameters
    ----------
    question : Question
        Of the kind "write code"; its exercise says what the function is called and what it must do.
    source : str

    Returns
    -------
    verdict : Verdict or str
        A sentence where there is nothing to check.
    """
    bank = load_bank(question.lesson)
    namespace = {"__name__": "answer", **AT_HAND}
    try:
        exec(compile(source, "<your answer>", "exec"), namespace)
    except SyntaxError as error:
        return f"Python can't read line {error.lineno}: {error.msg}. Mend it, and hand it in again."
    except (Exception, SystemExit) as error:
        return describe_error(error, lambda: None)
    except KeyboardInterrupt:
        return "You stopped your code. Does its loop ever end?"
    function = namespace.get(question.exercise)
    if not callable(function):
        return f"There is no function `{question.exercise}` in it. Begin with `def {question.exercise}(…):`."
    try:
        return examine(bank, bank.exercises[question.exercise], function, [source])
    except Interrupted as stopped:
        return str(stopped)
