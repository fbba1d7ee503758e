"""What a mock exam has shown goes into the diary, so that what went wrong is due again."""

from course.exam.exam_file import alone
from course.exam.mock import Marked, Marks
from course.exam.progress import Progress
from course.exam.sitting import Sitting


def write_into_diary(sitting: Sitting, marks: Marks, progress: Progress) -> int:
    """Write the answers of an exam into the diary: each once, however often and from however many windows it is done.

    What was left empty is no answer. A derivation is written down once it is marked; so this is called again then.

    Parameters
    ----------
    sitting : Sitting
        Handed in.
    marks : Marks
        What came of it.
    progress : Progress

    Returns
    -------
    count : int
        How many were not there yet.
    """
    # an exam's answers are all given when it is handed in, and nobody answers a question twice in a microsecond
    with alone(sitting.path):
        progress.refresh()
        there = {(answer.at, answer.question) for answer in progress.answers}
        answered = [each for task in marks.tasks for each in task if _is_answered(sitting, each)]
        new = [each for each in answered if (sitting.handed_in, each.item.name) not in there]
        for each in new:
            question = each.item.drawn.question
            # nobody knows how long one of many took, so none counts as quick
            seconds = 60 * question.minutes
            progress.add(question, each.item.drawn.seed, each.reply.share, seconds, sitting.handed_in)
    return len(new)


def _is_answered(sitting: Sitting, marked: Marked) -> bool:
    name = marked.item.name
    if marked.item.drawn.question.kind == "derive":
        return name in sitting.covered and bool(sitting.covered[name] or sitting.given.get(name))
    return bool(sitting.given.get(name))
