"""An Anki deck: a card for each question, which shows other numbers each day."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import genanki

from course.exam.asked import question_to_html, unit_to_html
from course.exam.export.drawings import drawings, mistakes, set_apart, worked_to_html
from course.exam.question import Drawn, Question, told
from course.exam.text import line_to_html

# by these Anki knows the deck and the kind of note again, so they never change
DECK = 1_718_301_466
MODEL = 1_604_255_981
MOST_DRAWINGS = 12

# Anki runs it once a side; the back has the front in it, and so shows the same numbers
TODAY = """
<script>
(function () {
  var day = Math.floor(Date.now() / 86400000);
  document.querySelectorAll(".drawings").forEach(function (box) {
    for (var n = 0; n < box.children.length; n++) box.children[n].hidden = n !== day % box.children.length;
  });
})();
</script>
"""
STYLE = """
.card { font: 18px/1.5 sans-serif; text-align: left; max-width: 42em; margin: 0 auto; padding: 0 .6em; }
.card pre { overflow-x: auto; padding: .5em .8em; border-left: 3px solid #888; }
.card [hidden] { display: none; }
.card small { opacity: .75; }
.card img { max-width: 100%; height: auto; }
"""


def write_anki(questions: Iterable[Question], path: Path) -> int:
    """Write a deck called Resound. Importing it again updates its cards and keeps what Anki knows of them.

    Parameters
    ----------
    questions : iterable of Question
    path : Path
        Of the .apkg file.

    Returns
    -------
    count : int
        How many notes there are in it, one for each question.
    """
    deck = genanki.Deck(DECK, "Resound", "Questions of the course, by lesson, kind and difficulty.")
    files: dict[str, bytes] = {}
    for question in questions:
        made, pictures = note(question)
        deck.add_note(made)
        files |= pictures
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        package = genanki.Package(deck, [str(Path(folder) / name) for name in files])
        package.write_to_file(path)
    return len(deck.notes)


def model() -> genanki.Model:
    """The kind of note: all drawings are in it, and one of them is shown."""
    return genanki.Model(
        MODEL,
        "Resound question",
        fields=[{"name": name} for name in ("Name", "Question", "Answer")],
        templates=[
            {
                "name": "Question",
                "qfmt": "{{Question}}" + TODAY,
                "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}" + TODAY,
            }
        ],
        css=STYLE,
    )


def note(question: Question) -> tuple[genanki.Note, dict[str, bytes]]:
    """The note of a question, and the pictures and sounds in it by the names of their files."""
    drawn = drawings(question, MOST_DRAWINGS)
    front, asked = set_apart(_rotating([_front(each) for each in drawn]))
    back, shown = set_apart(_rotating([_back(each) for each in drawn]))
    tags = [question.lesson, question.kind.replace(" ", "-"), f"difficulty-{question.difficulty}"]
    fields = [question.name, front, back]
    guid = genanki.guid_for("resound", question.name)
    return genanki.Note(model(), fields, guid=guid, tags=tags), asked | shown


def _rotating(sides: list[str]) -> str:
    """All of them, the first to be seen where no script runs."""
    first, *rest = sides
    return f'<div class="drawings"><div>{first}</div>{"".join(f"<div hidden>{each}</div>" for each in rest)}</div>'


def _front(drawn: Drawn) -> str:
    several = "<p><small>Several may be right.</small></p>" if drawn.question.kind == "choose several" else ""
    choices = _choices([line_to_html(each.text) for each in drawn.choices])
    return question_to_html(drawn) + unit_to_html(drawn) + choices + several


def _back(drawn: Drawn) -> str:
    unit = line_to_html(drawn.question.unit)
    wrong = [f"{f'{told(number)} {unit}'.rstrip()}: {line_to_html(says)}" for number, says in mistakes(drawn).items()]
    wrong += [f"{line_to_html(each.text)}: {line_to_html(each.why)}" for each in drawn.choices if not each.right]
    listed = "".join(f"<li>{each}</li>" for each in wrong)
    return worked_to_html(drawn) + (f"<p>Wrong, and why:</p><ul>{listed}</ul>" if listed else "")


def _choices(texts: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{text}</li>' for text in texts)}</ul>" if texts else ""
