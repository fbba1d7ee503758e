"""A bank of questions for Moodle, in its XML format: https://docs.moodle.org/en/Moodle_XML_format"""

import base64
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from course.exam.asked import question_to_html, unit_to_html
from course.exam.export.drawings import drawings, mistakes, set_apart, worked_to_html
from course.exam.question import Drawn, Question
from course.exam.reply import FEWEST_DIGITS, SLIPS, is_near, is_rounded
from course.exam.text import line_to_html
from course.exam.units import read

VARIANTS = 10
"""Drawings of a question with parameters: Moodle gives each student one, if told to draw from their category."""
WITH_SOUNDS = 3
"""Of a question to hear: a file of many sounds is too large for many a Moodle."""
CATEGORY = "$course$/top/Resound"
UNITS = ("s", "ms", "µs", "Hz", "kHz", "MHz", "B", "kB", "MB", "KiB", "MiB", "bit", "kbit", "B/s", "kB/s")
"""What an answer may be typed in, where it can be converted."""


def write_moodle(questions: Iterable[Question], path: Path) -> int:
    """Write a file that Moodle's question bank imports.

    Parameters
    ----------
    questions : iterable of Question
    path : Path
        Of the .xml file.

    Returns
    -------
    count : int
        How many questions there are in it, all variants counted.
    """
    quiz, before, count = Element("quiz"), "", 0
    for question in questions:
        # a category of its own for what has variants, so that a random one can be taken from it
        several = len(question.parameters) > 1
        most = WITH_SOUNDS if question.kind == "hear" else VARIANTS
        category = "/".join([CATEGORY, question.lesson, *([question.id] if several else [])])
        if category != before:
            SubElement(SubElement(SubElement(quiz, "question", type="category"), "category"), "text").text = category
        drawn, before = drawings(question, most if several else 1), category
        for variant, each in enumerate(drawn, 1):
            quiz.append(_question(each, f"{question.id} {variant:02}" if several else question.id))
        count += len(drawn)
    ElementTree.indent(quiz)
    ElementTree.ElementTree(quiz).write(path, encoding="utf-8", xml_declaration=True)
    return count


def _question(drawn: Drawn, name: str) -> Element:
    question = drawn.question
    kind = "multichoice" if drawn.choices else "numerical" if question.answers else "essay"
    element = Element("question", type=kind)
    SubElement(SubElement(element, "name"), "text").text = name
    _html(element, "questiontext", question_to_html(drawn) + unit_to_html(drawn))
    # of an essay nobody sees the answer who has not written one: Moodle shows it to whoever marks
    _html(element, "graderinfo" if kind == "essay" else "generalfeedback", worked_to_html(drawn))
    _plain(
        element, defaultgrade=f"{question.minutes:g}", penalty="0", hidden="0", idnumber=f"{question.name} {drawn.seed}"
    )
    {"multichoice": _multichoice, "numerical": _numerical, "essay": _essay}[kind](element, drawn)
    tags = SubElement(element, "tags")
    for tag in (question.lesson, question.kind, f"difficulty {question.difficulty}"):
        SubElement(SubElement(tags, "tag"), "text").text = tag
    return element


def _multichoice(element: Element, drawn: Drawn) -> None:
    """Who chooses all of several earns nothing: what is wrong takes away what is right."""
    several = drawn.question.kind == "choose several"
    right = sum(choice.right for choice in drawn.choices)
    wrong = len(drawn.choices) - right
    _plain(element, single=str(not several).lower(), shuffleanswers="true", answernumbering="abc")
    for choice in drawn.choices:
        lost = -100 / wrong if several else 0
        answer = SubElement(element, "answer", fraction=_fraction(100 / right if choice.right else lost), format="html")
        _content(answer, line_to_html(choice.text))
        _html(answer, "feedback", line_to_html(choice.why))


def _numerical(element: Element, drawn: Drawn) -> None:
    """The first answer that fits counts: the right one, typical mistakes, slips, the right one rounded, any other."""
    question, right = drawn.question, drawn.answer
    _answer(element, right, 100, "Right.", question.tolerance)
    wrong = mistakes(drawn)
    for factor, says in SLIPS.items():
        if not any(is_near(factor * right, other, question.tolerance) for other in (right, *wrong)):
            wrong[factor * right] = says
    for number, says in wrong.items():
        _answer(element, number, 0, says, question.tolerance)
    if question.tolerance:
        for number in dict.fromkeys(float(f"{right:.{digits}g}") for digits in range(FEWEST_DIGITS, 5)):
            if is_rounded(number, right) and not is_near(number, right, question.tolerance):
                _answer(element, number, 100, "Right.", 0)
    _answer(element, "*", 0, "That is not it.", 0)
    units = _units(question.unit)
    if units:
        listed = SubElement(element, "units")
        for name, multiplier in units.items():
            unit = SubElement(listed, "unit")
            _plain(unit, multiplier=f"{multiplier:.10g}", unit_name=name)
    # 0: typed behind the number, or left out; 3: no unit
    _plain(element, unitgradingtype="0", unitpenalty="0", showunits="0" if units else "3", unitsleft="0")


def _essay(element: Element, drawn: Drawn) -> None:
    form = "monospaced" if drawn.question.kind == "write code" else "editor"
    lines = str(round(max(3 * drawn.question.minutes, 8)))
    _plain(element, responseformat=form, responserequired="1", responsefieldlines=lines, attachments="0")


@cache
def _units(unit: str) -> dict[str, float]:
    """A unit with 1, and each other that fits with how many of it make one."""
    if not unit:
        return {}
    known = {other: read(f"1 {unit}", other) for other in UNITS if other != unit}
    return {unit: 1.0} | {other: typed.numbers[0] for other, typed in known.items() if typed.numbers}


def _answer(element: Element, number: float | str, fraction: float, says: str, tolerance: float) -> None:
    answer = SubElement(element, "answer", fraction=_fraction(fraction), format="moodle_auto_format")
    SubElement(answer, "text").text = number if isinstance(number, str) else f"{number:.10g}"
    _html(answer, "feedback", line_to_html(says))
    # Moodle's is no share of the number
    SubElement(answer, "tolerance").text = "0" if isinstance(number, str) else f"{tolerance * abs(number):.6g}"


def _fraction(percent: float) -> str:
    """As Moodle writes it, which knows thirds by five decimals only."""
    return f"{percent:.5f}".rstrip("0").rstrip(".")


def _html(parent: Element, tag: str, html: str) -> None:
    _content(SubElement(parent, tag, format="html"), html)


def _content(element: Element, html: str) -> None:
    """A text with its pictures and sounds as files beside it."""
    html, files = set_apart(html, "@@PLUGINFILE@@/")
    SubElement(element, "text").text = html
    for name, content in files.items():
        SubElement(element, "file", name=name, path="/", encoding="base64").text = base64.b64encode(content).decode()


def _plain(parent: Element, **texts: str) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag).text = text
