"""Questions for Anki and for Moodle, read again as those programs read them."""

import base64
import json
import re
import sqlite3
import zipfile
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from course.check.bank import load_bank
from course.exam import asked
from course.exam.bank import questions as shipped
from course.exam.export import drawings as shared
from course.exam.export.anki import write_anki
from course.exam.export.moodle import write_moodle
from course.exam.question import Choice, Question
from course.exam.reply import Mark, reply

NUMBER = Question(
    "02_stft",
    "frames",
    "compute",
    2,
    2,
    text='{seconds} s & a hop < {hop} ms: `x[:, 0]` is *what*?\n\n    if a < b and c > d:\n        print("A")',
    read="Step 1 · Frames & hops",
    solution="{seconds} s less {hop} ms.",
    unit="ms",
    parameters=({"seconds": 1, "hop": 10}, {"seconds": 2, "hop": 24}, {"seconds": 3, "hop": 300}),
    answers=(990.0, 1976.0, 2700.0),
    wrong=((1010.0, 2024.0, 3300.0), (990.0, 987.0, 9.0)),
    replies=("You added {hop} ms <twice>.", "You & I."),
)
COUNTED = replace(NUMBER, id="counted", unit="", tolerance=0.0, text="How many of {seconds} and {hop}?")
ONE = Question(
    "01_sound",
    "one",
    "choose",
    1,
    1,
    "Which *one* of `a < b` & c?",
    "Start",
    choices=(
        Choice("`a < b`", "It is <so>.", True),
        Choice("a & b", "No & no.", False),
        Choice("x]]>y", "Never ]]> that.", False),
    ),
)
SEVERAL = replace(
    ONE,
    id="several",
    kind="choose several",
    choices=(*ONE.choices, Choice("d", "Too.", True), Choice("e", "Also.", True)),
)
PROOF = replace(ONE, id="proof", kind="derive", minutes=6, choices=(), points=("first <", "then"), solution="So & so.")
CODE = replace(ONE, id="code", kind="write code", minutes=5, choices=(), exercise="hann")
READ = replace(ONE, id="read", kind="read code", choices=ONE.choices[:2])
LETTERS = tuple(Choice(each, f"It has {{{each}}} bits.", False) for each in "AB")
HEAR = replace(
    ONE,
    id="hear",
    kind="hear",
    sounds="bits",
    choices=LETTERS,
    parameters=({"A": 4, "B": 10, "right": "A"}, {"A": 10, "B": 4, "right": "B"}),
)
FAULTS = [fault.name for fault in load_bank("02_stft").exercises["hann"].faults]
SEE = replace(
    ONE,
    lesson="02_stft",
    id="see",
    kind="see",
    exercise="hann",
    choices=tuple(Choice(name, "It may be.", False) for name in FAULTS[:3]),
    parameters=tuple({"right": name, "case": 0} for name in FAULTS[:3]),
)
QUESTIONS = [ONE, SEVERAL, PROOF, CODE, READ, HEAR, SEE, NUMBER, COUNTED]


def complete(question):
    return replace(question, points=question.points or ("all of it",)) if question.kind == "derive" else question


class Balance(HTMLParser):
    """Whether each element is closed in its turn."""

    def __init__(self):
        super().__init__()
        self.open, self.texts = [], []

    def handle_starttag(self, tag, attributes):
        self.open += [tag] if tag not in ("img", "br", "hr") else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def text_of(html):
    """What one sees of a page; its elements are closed rightly."""
    parser = Balance()
    parser.feed(html)
    assert parser.open == []
    return "".join(parser.texts)


# Anki


def read_anki(path, folder):
    """Notes by name with guid, tags and fields; the collection; files by name. As Anki reads a package."""
    with zipfile.ZipFile(path) as package:
        package.extract("collection.anki2", folder)
        media = json.loads(package.read("media"))
        files = {name: package.read(number) for number, name in media.items()}
    with sqlite3.connect(folder / "collection.anki2") as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        rows = database.execute("select guid, mid, tags, flds from notes").fetchall()
        cards = database.execute("select count(*) from cards join notes on notes.id = cards.nid").fetchone()[0]
        models, decks = (json.loads(text) for text in database.execute("select models, decks from col").fetchone())
    notes = {}
    for guid, model, tags, fields in rows:
        name, front, back = fields.split("\x1f")
        notes[name] = {"guid": guid, "model": model, "tags": set(tags.split()), "front": front, "back": back}
    assert len(notes) == len(rows)
    return notes, cards, models, decks, files


@pytest.fixture
def anki(tmp_path):
    assert write_anki(QUESTIONS, tmp_path / "deck.apkg") == len(QUESTIONS)
    return read_anki(tmp_path / "deck.apkg", tmp_path)


def test_each_question_is_a_note_with_one_card(anki):
    """In a deck named Resound, tagged by lesson, kind and difficulty."""
    notes, cards, models, decks, _ = anki
    assert set(notes) == {question.name for question in QUESTIONS} and cards == len(QUESTIONS)
    assert "Resound" in {deck["name"] for deck in decks.values()}
    assert notes["02_stft/frames"]["tags"] == {"02_stft", "compute", "difficulty-2"}
    assert notes["01_sound/several"]["tags"] == {"01_sound", "choose-several", "difficulty-1"}
    (model,) = (models[str(note["model"])] for note in (notes["02_stft/frames"],))
    assert [field["name"] for field in model["flds"]] == ["Name", "Question", "Answer"]


def test_a_note_has_every_drawing_and_its_answer_at_the_same_place(anki):
    """One is to be seen, and where a script runs, another one each day."""
    note = anki[0]["02_stft/frames"]
    fronts, backs = (re.split(r"<div(?: hidden)?>", note[side])[1:] for side in ("front", "back"))
    assert len(fronts) == len(backs) == 3
    assert note["front"].count("<div hidden>") == 2
    for front, back in zip(fronts, backs, strict=True):
        seconds = int(front.removeprefix("<p>")[0])
        place = seconds - 1
        assert f"{NUMBER.answers[place]:.0f} ms" in back.replace("\u202f", "")
        assert f"{seconds} s less" in back and "Frames" in back


def test_cards_are_sound_html_and_say_what_goes_wrong(anki):
    """Code, italics and signs as they were written."""
    for note in anki[0].values():
        for side in ("front", "back"):
            assert text_of(note[side]) and "{" not in note[side]
    front, back = anki[0]["02_stft/frames"]["front"], anki[0]["02_stft/frames"]["back"]
    assert "<em>what</em>" in front and "if a &lt; b and c &gt; d:" in front and "In ms" not in front
    assert "2\u202f024 ms: You added 24 ms <twice>." in text_of(back)
    # a mistake that gives the right number by chance is none
    assert text_of(back).count("You & I.") == 2
    assert "No & no." in text_of(anki[0]["01_sound/one"]["back"])
    assert "first <" in text_of(anki[0]["01_sound/proof"]["back"])
    assert "hann" in anki[0]["01_sound/code"]["back"]


def test_a_second_export_has_the_same_ids(anki, tmp_path):
    """So that Anki updates what it knows; also when a text has changed."""
    changed = [replace(question, text="Another text.") for question in QUESTIONS[::-1]]
    write_anki(changed, tmp_path / "again.apkg")
    notes, _, models, decks, _ = read_anki(tmp_path / "again.apkg", tmp_path)
    assert {name: (note["guid"], note["model"]) for name, note in notes.items()} == {
        name: (note["guid"], note["model"]) for name, note in anki[0].items()
    }
    assert set(models) == set(anki[2]) and set(decks) == set(anki[3])


def test_pictures_and_sounds_are_files_of_the_package(anki):
    """Each only once, wherever it stands; nothing stands in a note itself."""
    notes, *_, files = anki
    see, hear = notes["02_stft/see"]["front"], notes["01_sound/hear"]["front"]
    assert set(re.findall(r'src="([^"]+)"', see + hear)) == set(files)
    assert (see.count("<img"), hear.count("<audio")) == (3, 4)
    starts = Counter((name.rpartition(".")[2], content[:4]) for name, content in files.items())
    assert starts == {("png", b"\x89PNG"): 3, ("wav", b"RIFF"): 2}
    assert not any("data:" in note["front"] + note["back"] for note in notes.values())


# Moodle: a reader after https://docs.moodle.org/en/Moodle_XML_format

HEAD = {"name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber", "tags"}
TAGS = {
    "multichoice": HEAD | {"answer", "single", "shuffleanswers", "answernumbering"},
    "numerical": HEAD | {"answer", "units", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"},
    "essay": HEAD - {"generalfeedback"}
    | {"graderinfo", "responseformat", "responserequired", "responsefieldlines", "attachments"},
}
SHARES = [
    1,
    0.9,
    5 / 6,
    0.8,
    0.75,
    0.7,
    2 / 3,
    0.6,
    0.5,
    0.4,
    1 / 3,
    0.3,
    0.25,
    0.2,
    1 / 6,
    1 / 7,
    0.125,
    1 / 9,
    0.1,
    0.05,
    0,
]


class Imported:
    """One question as Moodle takes it from the file."""

    def __init__(self, element, category):
        self.kind, self.category = element.get("type"), category
        assert {child.tag for child in element} <= TAGS[self.kind]
        self.name = element.findtext("name/text")
        self.behind = self.html(element.find("graderinfo" if self.kind == "essay" else "generalfeedback"))
        self.text = self.html(element.find("questiontext"))
        files = element.iterfind("questiontext/file")
        self.files = {each.get("name"): base64.b64decode(each.text) for each in files}
        self.id = element.findtext("idnumber")
        self.grade = float(element.findtext("defaultgrade"))
        self.tags = [each.text for each in element.iterfind("tags/tag/text")]
        self.element = element
        self.answers = [self.answer(each) for each in element.iterfind("answer")]
        self.units = {each.findtext("unit_name"): float(each.findtext("multiplier")) for each in element.iter("unit")}
        assert self.name and self.id and len(self.id) <= 100 and self.grade > 0
        if self.answers:
            shares = [share for share, *_ in self.answers]
            assert all(any(abs(abs(share) - known) < 1e-5 for known in SHARES) for share in shares)

    def html(self, element):
        assert element.get("format") == "html"
        text = element.findtext("text")
        named = set(re.findall(r"@@PLUGINFILE@@/([^\"]+)", text))
        assert {each.get("name") for each in element.iterfind("file")} == named
        assert text_of(text).strip()
        return text

    def answer(self, element):
        text, feedback = element.findtext("text"), self.html(element.find("feedback"))
        return float(element.get("fraction")) / 100, text, feedback, float(element.findtext("tolerance", "0"))

    def grade_number(self, typed):
        """The share and the feedback for what was typed: its unit converted, the first answer that fits."""
        number, unit = re.fullmatch(r"([-+\d.e]+)\s*(.*)", typed).groups()
        assert not unit or unit in self.units
        value = float(number) / self.units.get(unit, 1)
        for share, answer, feedback, tolerance in self.answers:
            if answer == "*" or abs(value - float(answer)) <= tolerance + 1e-14 * max(1, abs(float(answer))):
                return share, feedback
        raise AssertionError("no answer fits")


def read_moodle(path):
    text = path.read_bytes()
    assert text.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<quiz>")
    category, imported = None, []
    for element in ElementTree.fromstring(text):
        assert element.tag == "question"
        if element.get("type") == "category":
            category = element.findtext("category/text")
            assert category.startswith("$course$/top/Resound/")
        else:
            imported.append(Imported(element, category))
    return imported


@pytest.fixture
def moodle(tmp_path):
    count = write_moodle(QUESTIONS, tmp_path / "bank.xml")
    imported = read_moodle(tmp_path / "bank.xml")
    assert len(imported) == count
    return imported


def named(imported, name):
    return next(each for each in imported if each.name == name)


def test_every_kind_is_there_in_its_category(moodle):
    """By lesson; variants of a question have a category of their own, to draw from."""
    kinds = {each.name: (each.kind, each.category.removeprefix("$course$/top/Resound/")) for each in moodle}
    assert kinds["one"] == kinds["read"] == ("multichoice", "01_sound")
    assert kinds["proof"] == kinds["code"] == ("essay", "01_sound")
    assert {kinds[f"frames 0{number}"] for number in (1, 2, 3)} == {("numerical", "02_stft/frames")}
    assert len({(each.category, each.id) for each in moodle}) == len(moodle) == 16
    assert len({each.text for each in moodle if each.name.startswith("frames")}) == 3
    assert named(moodle, "several").tags == ["01_sound", "choose several", "difficulty 1"]


def test_a_number_is_judged_as_in_the_course(moodle):
    """Right in any unit, within its tolerance, rounded; with a reply to each typical mistake and slip."""
    for seed in range(3):
        for question in (NUMBER, COUNTED):
            drawn = question.draw(seed)
            imported = next(each for each in moodle if each.id == f"{question.name} {seed}")
            right = drawn.answer
            typed = [f"{factor * right:.9e}" for factor in (1, 1.009, 0.991, 1.02, 2, 0.5, 1000, 0.001, -1, 7)]
            typed += [f"{right:.1e}", f"{right:.2e}", *(f"{wrong.number:.9e}" for wrong in drawn.wrong)]
            for each in typed:
                said, (share, feedback) = reply(drawn, each), imported.grade_number(each)
                assert share == said.share, (each, right)
                if said.mark is Mark.WRONG and "is not it" not in said.says[0]:
                    assert text_of(feedback) == said.says[0], each
    frames = named(moodle, "frames 01")
    right = NUMBER.draw(0).answer
    assert frames.grade_number(f"{right / 1000} s")[0] == frames.grade_number(f"{right} ms")[0] == 1
    assert "1000 times too large" in frames.grade_number(f"{right} s")[1]


def test_all_that_is_right_is_full_marks_and_all_at_once_is_none(moodle):
    """Each choice with its reply."""
    one, several = named(moodle, "one"), named(moodle, "several")
    assert [one.element.findtext("single"), several.element.findtext("single")] == ["true", "false"]
    assert sorted(share for share, *_ in one.answers) == [0, 0, 1]
    assert sum(share for share, *_ in several.answers if share > 0) == pytest.approx(1, abs=1e-4)
    assert sum(share for share, *_ in several.answers) == pytest.approx(0, abs=1e-4)
    replies = {text_of(text): text_of(feedback) for _, text, feedback, _ in one.answers}
    assert replies == {"a < b": "It is <so>.", "a & b": "No & no.", "x]]>y": "Never ]]> that."}


def test_an_essay_tells_its_answer_to_whoever_marks(moodle):
    """And to nobody else; code is written in a field for code."""
    proof, code = named(moodle, "proof"), named(moodle, "code")
    assert "first <" in text_of(proof.behind) and proof.element.find("generalfeedback") is None
    assert [each.element.findtext("responseformat") for each in (proof, code)] == ["editor", "monospaced"]


def test_pictures_and_sounds_go_with_their_question(moodle):
    """As files beside the text; what is seen is another fault in each variant."""
    see, hear = ([each for each in moodle if each.name.startswith(name)] for name in ("see", "hear"))
    assert [len(each.files) for each in see + hear] == [1, 1, 1, 2, 2]
    assert len({name for each in see for name in each.files}) == 3
    assert {content[:4] for each in see + hear for content in each.files.values()} == {b"\x89PNG", b"RIFF"}
    right = [text for each in see for share, text, *_ in each.answers if share == 1]
    assert sorted(right) == sorted(FAULTS[:3])


def test_the_unit_is_named_where_the_question_does_not(tmp_path):
    """Once is enough."""
    told, silent = (replace(NUMBER, text=text).draw(0) for text in ("How many ms?", "How long, with `mse`?"))
    assert asked.unit_to_html(told) == "" and asked.unit_to_html(silent) == "<p>In ms.</p>"


def test_no_drawing_is_there_twice():
    """However many there are."""
    assert len(shared.drawings(NUMBER, 12)) == 3
    assert len(shared.drawings(ONE, 50)) == 6
    assert len(shared.drawings(PROOF, 50)) == 1


def test_every_question_that_ships_can_be_exported(tmp_path):
    """To both; in Moodle each number is judged as in the course."""
    there = [complete(question) for question in shipped()]
    assert write_anki(there, tmp_path / "deck.apkg") == len(there) > 0
    notes, *_ = read_anki(tmp_path / "deck.apkg", tmp_path)
    for note in notes.values():
        assert text_of(note["front"]) and text_of(note["back"])
    write_moodle(there, tmp_path / "bank.xml")
    imported = read_moodle(tmp_path / "bank.xml")
    ids = Counter(each.id for each in imported)
    assert max(ids.values()) == 1
    by_id = {each.id: each for each in imported}
    for question in there:
        for drawn in shared.drawings(question, 10) if question.answers else ():
            bank = by_id[f"{question.name} {drawn.seed}"]
            for number in (drawn.answer, *(wrong.number for wrong in drawn.wrong)):
                assert bank.grade_number(f"{number:.9e}")[0] == reply(drawn, f"{number:.9e}").share, drawn.text
