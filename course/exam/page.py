"""A mock exam on paper: the exam to print, and the solutions for whoever marks it."""

from collections.abc import Callable, Iterable
from html import escape

from course.exam.asked import question_to_html
from course.exam.mock import Exam, Item, Task
from course.exam.question import Drawn, Question, told
from course.exam.text import answer_to_html, lesson_title, line_to_html, place_to_read, text_to_html

LINES = {"compute": 1.5, "derive": 2.0, "write code": 2.5}
"""To write on, for each minute that a question takes."""
FEWEST = 2

STYLE = """
@page { size: A4; margin: 17mm 16mm 19mm; }
@page { @bottom-left { content: "TITLE"; font: 8.5pt sans-serif; color: #444; } }
@page { @bottom-right { content: counter(page) " / " counter(pages); font: 8.5pt sans-serif; color: #444; } }
* { box-sizing: border-box; }
html { background: #fff; color: #000; print-color-adjust: exact; }
body { font: 10.5pt/1.42 "Liberation Sans", Arial, Helvetica, sans-serif; max-width: 178mm; margin: 0 auto; }
h1 { font-size: 17pt; margin: 0 0 1mm; }
h2 { font-size: 12.5pt; margin: 7mm 0 2mm; padding-bottom: 1mm; border-bottom: 1.5pt solid #000; display: flex;
  justify-content: space-between; gap: 6mm; break-after: avoid; }
h2 small { font-weight: normal; font-size: 9.5pt; color: #444; flex: 1; align-self: end; }
p { margin: 0 0 1.5mm; }
pre { font: 9.5pt/1.35 "Liberation Mono", "Courier New", monospace; margin: 1.5mm 0; padding: 1.5mm 2.5mm;
  border-left: 2pt solid #777; background: #f2f2f2; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: "Liberation Mono", "Courier New", monospace; font-size: 94%; }
img { max-width: 100%; height: auto; filter: grayscale(1); }
.who { display: grid; grid-template-columns: 1fr 1fr; gap: 3mm 8mm; margin: 5mm 0; }
.who div { border-bottom: .7pt solid #000; height: 10mm; font-size: 8.5pt; color: #444; }
table { border-collapse: collapse; margin: 3mm 0; }
th, td { border: .7pt solid #000; padding: 1mm 3mm; text-align: left; vertical-align: top; font-size: 9.5pt; }
.points td, .points th { text-align: center; min-width: 17mm; }
.points tr:last-child td { height: 9mm; }
.question { display: grid; grid-template-columns: 9mm 1fr 15mm; margin: 0 0 5mm; break-inside: avoid; }
.question > b { grid-column: 1; }
.question > div { grid-column: 2; }
.question > span { grid-column: 3; text-align: right; white-space: nowrap; }
.choices { list-style: none; margin: 1mm 0; padding: 0; }
.choices li { display: grid; grid-template-columns: 7mm 1fr; margin: 1mm 0; }
.box { width: 3.6mm; height: 3.6mm; border: .9pt solid #000; margin-top: .9mm; }
.one { border-radius: 50%; }
.line { height: 9mm; border-bottom: .6pt solid #999; }
.answer { display: flex; justify-content: flex-end; align-items: end; gap: 2mm; margin-top: 3mm; }
.answer i { display: block; width: 42mm; border-bottom: .9pt solid #000; font-style: normal; }
.question:has(.solution), .solution { break-inside: auto; }
tr, p { break-inside: avoid; }
.question > div > p { break-after: avoid; }
td:first-child { white-space: nowrap; }
.solution { border-left: 2pt solid #000; padding-left: 3mm; margin-top: 2mm; }
.solution ul { margin: 0 0 1.5mm; padding-left: 5mm; }
.small { font-size: 9pt; color: #333; }
@media screen { body { padding: 8mm; } }
"""


def on_paper(questions: Iterable[Question]) -> list[Question]:
    """Those that can be asked on paper: nobody hears a page."""
    return [question for question in questions if question.kind != "hear"]


def exam_page(exam: Exam) -> str:
    """The exam, to be printed and written on: A4, black and grey.

    Parameters
    ----------
    exam : Exam
        Of questions that are `on_paper`.

    Returns
    -------
    html : str
        A whole page, which asks for nothing beside itself.
    """
    fields = "".join(f"<div>{name}</div>" for name in ("Name", "Matriculation number", "Date", "Signature"))
    rules = (
        f"{exam.minutes:g} minutes, {exam.points:g} points. Write the unit beside each number, and the way to it: a "
        "wrong number may earn points by its way. Circles ask for one choice; of squares, several may be right."
    )
    head = f'<div class="who">{fields}</div><p>{rules}</p>{_table_of_points(exam)}'
    return _page(exam, "Mock exam", head, _asked)


def solution_page(exam: Exam) -> str:
    """The solutions: answers with unit and tolerance, the way there, typical mistakes, points for each step.

    Parameters
    ----------
    exam : Exam

    Returns
    -------
    html : str
        A whole page, which asks for nothing beside itself.
    """
    rules = "For whoever marks: not to be handed out. A number is right in any unit that fits."
    return _page(exam, "Mock exam, solutions", f"<p><strong>{rules}</strong></p>", _solved)


def _page(exam: Exam, title: str, head: str, shown: Callable[[Item], str]) -> str:
    title = f"Resound · {title} {exam.seed}"
    tasks = "".join(_task(number, task, shown) for number, task in enumerate(exam.tasks, 1))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:; media-src data:">'
        f"<title>{escape(title)}</title><style>{STYLE.replace('TITLE', title)}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>{head}\n{tasks}</body></html>\n"
    )


def _table_of_points(exam: Exam) -> str:
    names = "".join(f'<th scope="col">Task {number}</th>' for number in range(1, len(exam.tasks) + 1))
    most = "".join(f"<td>{task.points:g}</td>" for task in exam.tasks)
    blank = "<td></td>" * (len(exam.tasks) + 1)
    return (
        f'<table class="points"><tr><th></th>{names}<th scope="col">All</th></tr>'
        f'<tr><th scope="row">points</th>{most}<td>{exam.points:g}</td></tr>'
        f'<tr><th scope="row">earned</th>{blank}</tr></table>'
    )


def _task(number: int, task: Task, shown: Callable[[Item], str]) -> str:
    lessons = escape(", ".join(map(lesson_title, task.lessons)))
    head = f"<h2>Task {number}<small>{lessons}</small><span>{_points(task.points)}</span></h2>"
    questions = "".join(
        f'<section class="question"><b>{number}.{place}</b><div>{shown(item)}</div>'
        f"<span>/ {item.points:g}</span></section>\n"
        for place, item in enumerate(task.items, 1)
    )
    return f"{head}\n{questions}"


def _asked(item: Item) -> str:
    drawn = item.drawn
    return question_to_html(drawn) + (_choices(drawn) if drawn.choices else _space(drawn))


def _choices(drawn: Drawn) -> str:
    shape = "box" if drawn.question.kind == "choose several" else "box one"
    rows = "".join(
        f'<li><span class="{shape}"></span><span>{line_to_html(each.text)}</span></li>' for each in drawn.choices
    )
    return f'<ul class="choices">{rows}</ul>'


def _space(drawn: Drawn) -> str:
    """Lines to write on; below them a place for the number."""
    lines = max(FEWEST, round(LINES.get(drawn.question.kind, 1) * drawn.question.minutes))
    space = '<div class="line"></div>' * lines
    if drawn.question.kind != "compute":
        return space
    return f'{space}<div class="answer">Answer: <i>&nbsp;</i> {escape(drawn.question.unit)}</div>'


def _solved(item: Item) -> str:
    drawn = item.drawn
    # a table says of every choice what the answer would say of the right ones
    answer = _each_choice(drawn) + text_to_html(drawn.solution) if drawn.choices else answer_to_html(drawn)
    parts = (answer, _accepted(drawn), _each_point(item), _mistakes(drawn))
    read = f'<p class="small">Read again: {line_to_html(place_to_read(drawn.question))}</p>'
    return f'{question_to_html(drawn)}<div class="solution">{"".join(parts)}{read}</div>'


def _accepted(drawn: Drawn) -> str:
    """Which numbers count as right."""
    question = drawn.question
    if not question.answers:
        return ""
    if not question.tolerance:
        return '<p class="small">Accepted: this number, which is counted, and no other.</p>'
    low, high = sorted(drawn.answer * (1 + sign * question.tolerance) for sign in (-1, 1))
    unit = f" {escape(question.unit)}" if question.unit else ""
    return (
        f'<p class="small">Accepted: {told(low)} to {told(high)}{unit} (± {100 * question.tolerance:g} %), '
        "and the answer rounded to two digits or more.</p>"
    )


def _each_choice(drawn: Drawn) -> str:
    rows = "".join(
        f"<tr><td>{'✔ right' if each.right else '✘ wrong'}</td><td>{line_to_html(each.text)}</td>"
        f"<td>{line_to_html(each.why)}</td></tr>"
        for each in drawn.choices
    )
    return f"<table>{rows}</table>"


def _each_point(item: Item) -> str:
    """What each point of a model answer is worth."""
    count = len(item.drawn.question.points)
    if not count:
        return ""
    return f'<p class="small">Each of the {count} earns {_points(round(item.points / count, 2))}.</p>'


def _mistakes(drawn: Drawn) -> str:
    rows = "".join(
        f"<tr><td>{told(wrong.number)} {escape(drawn.question.unit)}</td><td>{line_to_html(wrong.says)}</td></tr>"
        for wrong in drawn.wrong
    )
    return f'<p class="small">Typical mistakes:</p><table class="small">{rows}</table>' if rows else ""


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"
