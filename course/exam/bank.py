"""The questions that ship with the course: one file a lesson, with every drawing worked out."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from course.assets import assets_folder
from course.exam.question import Choice, Question


@cache
def questions() -> tuple[Question, ...]:
    """All questions, in the order of the lessons.

    Returns
    -------
    questions : tuple of Question
    """
    files = sorted((assets_folder() / "questions").glob("*.json"))
    return tuple(question for file in files for question in read_questions(file))


def read_questions(path: Path) -> list[Question]:
    """Read the file of a lesson."""
    entries = json.loads(path.read_text(encoding="utf-8"))["questions"]
    return [from_data(path.stem, entry) for entry in entries]


def write_questions(path: Path, entries: list[Question]) -> None:
    """Write the file of a lesson, the same text for the same questions."""
    text = json.dumps({"questions": [as_data(entry) for entry in entries]}, ensure_ascii=False, separators=(",", ":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def as_data(question: Question) -> dict[str, Any]:
    """A question as lists and dicts; drawings by columns, for the names of parameters need not stand there often."""
    names = list(question.parameters[0])
    data = {name: value for name, value in vars(question).items() if name != "lesson"}
    data["choices"] = [[choice.text, choice.why, choice.right] for choice in question.choices]
    data["parameters"] = {name: [drawing[name] for drawing in question.parameters] for name in names}
    return data


def from_data(lesson: str, data: dict[str, Any]) -> Question:
    """What `as_data` made a question of."""
    columns = data["parameters"]
    rows = tuple(dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)) or ({},)
    lists = {name: tuple(data[name]) for name in ("points", "answers", "replies")}
    wrong = tuple(tuple(numbers) for numbers in data["wrong"])
    choices = tuple(Choice(*choice) for choice in data["choices"])
    return Question(lesson, **{**data, **lists, "parameters": rows, "wrong": wrong, "choices": choices})
