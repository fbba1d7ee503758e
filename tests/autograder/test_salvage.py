"""From whatever was handed in to a notebook that runs, or a plain reason."""

import io
import json
import time
import tracemalloc
import zipfile
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.salvage import Salvaged, Unreadable, salvage
from tests.conftest import LESSONS
from tests.damaged.draft import released
from tests.damaged.soundness import as_file, by_grade_id, is_sound

LESSON = "02_stft"
RELEASED = released(LESSON)
STUB = by_grade_id(RELEASED["cells"])["hann"]
ANSWER = "def hann(n):\n    return 1"
BETTER = "def hann(n):\n    return 2"


def notebook() -> list[dict]:
    """The released cells, to be worked on."""
    return deepcopy(RELEASED["cells"])


def place(cells: list[dict], grade_id: str) -> int:
    """Where the (first) cell with this name stands."""
    return [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells].index(grade_id)


def own(source: str, **cell) -> dict:
    """A cell that a student added."""
    return {"cell_type": "code", "id": "x", "metadata": {}, "outputs": [], "source": source} | cell


def named(source: str, name: str = "hann") -> dict:
    """A copy of a cell, with another text."""
    cells = notebook()
    return cells[place(cells, name)] | {"source": source, "id": "copy"}


def salvaged(cells: list[dict]) -> Salvaged:
    """What comes of these cells under the right name."""
    return salvage(as_file(Salvaged(cells, ()), LESSON), RELEASED)


def around(result: Salvaged, grade_id: str, before: int = 1, after: int = 1) -> list[str]:
    """The texts of a cell and its neighbours."""
    at = place(result.cells, grade_id)
    return [cell["source"] for cell in result.cells[at - before : at + after + 1]]


@pytest.mark.parametrize("lesson", LESSONS)
def test_an_untouched_release_comes_out_as_it_is(lesson):
    """Cell by cell, and there is nothing to say."""
    content = json.dumps(released(lesson)).encode()
    result = salvage({f"{lesson}.ipynb": content}, released(lesson))
    assert result.cells == [cell | {"source": "".join(cell["source"])} for cell in released(lesson)["cells"]]
    assert result.remarks == ()


# Properties


@settings(max_examples=150, deadline=None)
@given(st.binary() | st.text().map(str.encode), st.sampled_from([f"{LESSON}.ipynb", "x.ipynb", "x.zip", "x\n\ud800"]))
def test_any_bytes_are_salvaged_or_unreadable(content, name):
    """And no third thing happens."""
    with pytest.raises(Unreadable) as reason:
        salvage({name: content}, RELEASED)
    assert str(reason.value).encode().isascii()
    assert "\n" not in str(reason.value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
sources = st.sampled_from(
    [STUB, ANSWER, BETTER, ANSWER[:13], ANSWER[13:], "  x = 1", "", "check(hann)", "'''", "\ud800\0"]
)
few = [cell for cell in RELEASED["cells"] if "nbgrader" in cell["metadata"]][:5] + RELEASED["cells"][:3]


@st.composite
def submitted_cells(draw):
    """Released cells and others, with keys missing or holding anything."""
    cell = deepcopy(draw(st.sampled_from(few))) | draw(
        st.fixed_dictionaries(
            {},
            optional={
                "source": sources | sources.map(lambda text: text.splitlines(True)) | anything,
                "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | anything,
                "id": st.sampled_from([each["id"] for each in few]) | anything,
                "metadata": st.just({}) | anything,
                "outputs": anything,
                "attachments": anything,
            },
        )
    )
    for key in draw(st.sets(st.sampled_from(sorted(cell)), max_size=2)):
        del cell[key]
    return cell


@settings(max_examples=250, deadline=None)
@given(st.lists(submitted_cells() | anything, max_size=8))
def test_every_salvaged_notebook_is_sound_and_stays_as_it_is(cells):
    """Whatever the cells are; and what was put right needs no putting right."""
    cells = [*cells, RELEASED["cells"][place(RELEASED["cells"], "to_db")]]
    result = salvaged(cells)
    assert is_sound(result, RELEASED)
    assert salvage(as_file(result, LESSON), RELEASED).cells == result.cells


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_cut_anywhere_keeps_what_lies_before(data):
    """Byte by byte: the texts come back in order and complete."""
    content = json.dumps(RELEASED, indent=data.draw(st.sampled_from([None, 1]))).encode()
    cut = data.draw(st.integers(0, len(content)))
    whole = content[:cut].count(b'"cell_type": "code", "execution_count"') - 1
    try:
        result = salvage({f"{LESSON}.ipynb": content[:cut]}, RELEASED)
    except Unreadable:
        assert cut < content.index(b"def slice_into_frames") + 2000
    else:
        assert is_sound(result, RELEASED)
        assert result.remarks or cut == len(content)
        assert whole < len(result.cells)


# Which answer counts


@pytest.mark.parametrize(
    ("cells_for", "counts"),
    [
        ({"hann": [ANSWER]}, ANSWER),
        ({"hann": [ANSWER, BETTER]}, BETTER),
        ({"hann": [ANSWER, STUB]}, ANSWER),
        ({"hann": [STUB, ANSWER, STUB]}, ANSWER),
        ({"hann": [ANSWER, "hann(8)"]}, ANSWER),
        ({"hann": [ANSWER], "check_hann": ["check(hann)", BETTER]}, ANSWER),
        ({"hann": [STUB], "check_hann": ["check(hann)", BETTER]}, BETTER),
        ({"hann": [ANSWER], "check_hann": ["check(hann)", BETTER, "check(hann)"]}, BETTER),
        ({"hann": [], "check_hann": [BETTER, "check(hann)"]}, BETTER),
        ({"hann": []}, STUB),
        ({"hann": [""]}, ""),
    ],
)
def test_the_last_answer_before_the_check_counts(cells_for, counts):
    """Copies with the same name: an untouched one never undoes an answer, nor does one that came after the check."""
    cells = notebook()
    for name, texts in cells_for.items():
        at = place(cells, name)
        check = cells[at]
        cells[at : at + 1] = [check if text == "check(hann)" else named(text) for text in texts]
    assert by_grade_id(salvaged(cells).cells)["hann"] == counts


def test_copies_stay_in_their_order_around_the_answer():
    """An older answer runs before the one that counts, a later one after the check."""
    cells = notebook()
    at = place(cells, "hann")
    cells[at : at + 2] = [named(ANSWER), named(BETTER), cells[at + 1], named("def hann(): trial")]
    result = salvaged(cells)
    assert around(result, "hann", after=2) == [ANSWER, BETTER, "check(hann)", "def hann(): trial"]
    assert any("More than once" in remark and "hann" in remark for remark in result.remarks)


def test_no_older_answer_stands_behind_the_one_that_counts():
    """Even if all answers were moved behind the check."""
    cells = notebook()
    at = place(cells, "hann")
    cells[at : at + 2] = [cells[at + 1], named(ANSWER), named(BETTER)]
    assert around(salvaged(cells), "hann") == [ANSWER, BETTER, "check(hann)"]


def test_an_answer_in_another_cell_takes_its_place():
    """Its own cell was left as it was released; and it is said."""
    cells = [*notebook(), own(ANSWER)]
    result = salvaged(cells)
    assert by_grade_id(result.cells)["hann"] == ANSWER
    assert len(result.cells) == len(RELEASED["cells"])
    assert result.remarks == ("Found in a cell that is not its own: hann.",)


def test_a_redefinition_of_an_answered_function_stays_where_it_is():
    """It is a student's right."""
    cells = notebook()
    at = place(cells, "hann")
    cells[at : at + 1] = [named(ANSWER), own(BETTER)]
    assert around(salvaged(cells), "hann", before=0, after=2) == [ANSWER, BETTER, "check(hann)"]


@pytest.mark.parametrize("second", [named("    return 1"), own("    return 1")])
def test_a_split_answer_is_joined(second):
    """Whether its second piece kept the name or not; but what can stand alone is not swallowed."""
    cells = notebook()
    at = place(cells, "hann")
    cells[at : at + 1] = [named("def hann(n):"), second, own("hann(3)")]
    result = salvaged(cells)
    assert around(result, "hann", before=0, after=2) == [ANSWER, "hann(3)", "check(hann)"]
    assert "Split over several cells, and joined again: hann." in result.remarks


def test_what_never_ends_swallows_nothing():
    """An answer with an open bracket leaves the cells behind it alone."""
    cells = notebook()
    at = place(cells, "hann")
    cells[at : at + 1] = [named("def hann(n):\n    return ("), own("x = 1")]
    assert around(salvaged(cells), "hann", before=0, after=2) == ["def hann(n):\n    return (", "x = 1", "check(hann)"]


# The skeleton


def test_own_cells_keep_their_places_without_tags():
    """Also before the first cell; raw stays raw, and a heading is text."""
    cells = notebook()
    at = place(cells, "hann")
    cells.insert(at + 1, own("b = 1", metadata={"tags": ["skip-execution"], "nbgrader": {"grade_id": "no"}}))
    cells[:0] = [own("r", cell_type="raw"), own("h", cell_type="heading"), own("a = 1")]
    result = salvaged(cells)
    assert [cell["cell_type"] for cell in result.cells[:3]] == ["raw", "markdown", "code"]
    assert result.cells[2]["source"] == "a = 1"
    assert result.cells[place(result.cells, "hann") + 1] == own("b = 1", id="own-4", execution_count=None)
    assert result.remarks == ()


def test_an_edited_released_cell_keeps_the_edit():
    """Say, one more import."""
    cells = notebook()
    cells[1]["source"] = "".join(cells[1]["source"]) + "\nimport math"
    result = salvaged(cells)
    assert result.cells[1]["source"].endswith("import math")
    assert result.remarks == ()


def test_cells_are_known_by_their_text_when_ids_have_shifted():
    """A newer release may have one cell more."""
    cells = notebook()
    for cell, following in zip(cells, [*RELEASED["cells"][1:], {"id": "end"}], strict=True):
        cell["id"] = following["id"]
    assert salvaged(cells).cells == salvaged(notebook()).cells


def test_a_locked_cell_is_ours_whatever_was_done_to_it():
    """What stood there instead becomes a cell of its own, before it."""
    cells = notebook()
    cells[place(cells, "check_hann")] |= {"source": "check = print", "cell_type": "raw"}
    result = salvaged(cells)
    assert around(result, "check_hann")[:2] == ["check = print", "check(hann)"]
    assert result.cells[place(result.cells, "check_hann")]["cell_type"] == "code"
    assert any("Locked, but edited" in remark for remark in result.remarks)


def test_a_deleted_cell_comes_back_in_its_place():
    """And the remark names those that matter."""
    cells = notebook()
    del cells[place(cells, "check_hann")], cells[5]
    result = salvaged(cells)
    assert [cell["id"] for cell in result.cells] == [cell["id"] for cell in RELEASED["cells"]]
    assert result.remarks == ("Missing, and put back as released: check_hann, 1 cell without a name.",)


def test_own_cells_are_bounded_and_said():
    """Neither their number nor the length of one is without end."""
    cells = notebook() + [own(f"x = {n}") for n in range(2100)] + [own("#" * 1_500_000)]
    result = salvaged(cells)
    assert len(result.cells) == len(RELEASED["cells"]) + 2000
    assert sum("2,101" in remark or "1,000,000" in remark for remark in result.remarks) == 2


def test_a_file_of_too_many_cells_is_not_called_damaged():
    """It is read as far as anybody would."""
    result = salvaged(notebook() + [own("")] * 6000)
    assert "The rest of the file is too long or too tangled to be read." in result.remarks
    assert not any("damaged" in remark or "cut off" in remark for remark in result.remarks)


def test_dropped_pictures_are_said():
    """A text cell's attachments are not kept, its text is."""
    cells = [*notebook(), own("![p](attachment:p.png)", cell_type="markdown", attachments={"p.png": {}})]
    result = salvaged(cells)
    assert result.cells[-1]["source"].startswith("![p]")
    assert "attachments" not in result.cells[-1]
    assert any("Pictures" in remark for remark in result.remarks)


def test_the_beginning_of_a_cut_cell_is_kept_as_text():
    """Line by line, where the file ends; a text that is complete is an answer."""
    cells = notebook()
    del cells[place(cells, "hann") + 1 :]
    cells[-1] = named(ANSWER) | {"source": ANSWER.splitlines(True)}
    content = json.dumps({"cells": cells}).encode()
    complete = salvage({f"{LESSON}.ipynb": content[: content.rindex(b"return 1") + 9]}, RELEASED)
    partial = salvage({f"{LESSON}.ipynb": content[: content.rindex(b"return 1")]}, RELEASED)
    assert by_grade_id(complete.cells)["hann"] == ANSWER
    assert by_grade_id(partial.cells)["hann"] == "def hann(n):\n"
    assert "The last of them ends after line 1." in partial.remarks


def test_an_old_encoding_is_read():
    """Letter by letter, where the bytes are no UTF-8; and it is said."""
    cells = notebook()
    cells[place(cells, "hann")]["source"] = f"{ANSWER}  # für – “α”"
    content = json.dumps({"cells": cells}, ensure_ascii=False).encode("cp1252", "replace")
    result = salvage({f"{LESSON}.ipynb": content}, RELEASED)
    assert by_grade_id(result.cells)["hann"] == f"{ANSWER}  # für – “?”"
    assert any("Windows-1252" in remark for remark in result.remarks)


def test_a_number_without_end_is_no_number():
    """Where a cell should say its id."""
    cells = notebook()
    cells[place(cells, "hann")] |= {"source": ANSWER, "id": "HERE"}
    content = json.dumps({"cells": cells}).replace('"HERE"', "9" * 100_000).encode()
    result = salvage({f"{LESSON}.ipynb": content}, RELEASED)
    assert by_grade_id(result.cells)["hann"] == ANSWER
    assert result.remarks == ()


def test_a_cell_that_lost_its_end_swallows_no_other():
    """Its outputs go on through all that follow, and the file looks whole."""
    cells = notebook()
    at = place(cells, "hann")
    cells[at]["source"] = ANSWER
    text = [json.dumps({"source": cell["source"], "outputs": [], **cell}) for cell in cells]
    text[5] = '{"cell_type": "code", "source": "x = 1", "outputs": [{"a": [1}'
    result = salvage({f"{LESSON}.ipynb": ('{"cells": [' + ", ".join(text) + "]}").encode()}, RELEASED)
    assert by_grade_id(result.cells)["hann"] == ANSWER
    text[5] = '{"cell_type": "code", "source": "x = 1", "outputs": [{"a": 1}'
    result = salvage({f"{LESSON}.ipynb": ('{"cells": [' + ", ".join(text) + "]}").encode()}, RELEASED)
    assert by_grade_id(result.cells)["hann"] == ANSWER
    assert result.remarks[0].startswith("The file is damaged; 70 cells were read.")


# The file


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "Nothing was handed in."),
        ({"02_stft.ipynb": b" \n"}, "02_stft.ipynb is empty."),
        ({"x.pdf": b"%PDF-1.7"}, "x.pdf is a PDF, not a notebook."),
        ({"x.html": b"\n<html>"}, "x.html is a web page (HTML), not a notebook."),
        ({"x.py": b"def hann(n): pass"}, "x.py is a Python script, not a notebook."),
        ({"x.zip": b"PK\3\4"}, "x.zip is a zip file without a notebook of this lesson in it, not a notebook."),
        (
            {"x.ipynb": b'{"cells": [{"cell_type": "code", "source": "1"}]}'},
            "x.ipynb holds none of the exercises of 02",
        ),
        ({"x.ipynb": b'{"cells": ['}, "x.ipynb can't be read as a notebook"),
    ],
)
def test_what_is_no_notebook_is_called_by_its_name(files, says):
    """With the way out."""
    with pytest.raises(Unreadable) as reason:
        salvage(files, RELEASED)
    assert str(reason.value).startswith(says)
    assert str(reason.value).endswith("Ask for 02_stft.ipynb itself: File > Download in JupyterLab.")


def test_a_file_that_was_taken_or_left_is_named():
    """Students should know which of their files counts."""
    cells = notebook()
    cells[place(cells, "hann")]["source"] = ANSWER
    content = json.dumps({"cells": cells}).encode()
    result = salvage({"b.ipynb": content, "a.ipynb": json.dumps(RELEASED).encode()}, RELEASED)
    assert by_grade_id(result.cells)["hann"] == ANSWER
    assert result.remarks == (
        "02_stft.ipynb is missing; b.ipynb was taken.",
        "Beside it, and not used: a.ipynb.",
    )


def test_a_zip_bomb_is_bounded():
    """600 MB of nothing, and the notebook before it: it is found, and nothing falls over."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("a.ipynb", json.dumps(RELEASED))
        file.writestr("b.ipynb", b"\0" * 600_000_000)
    result = salvage({"x.zip": packed.getvalue()}, RELEASED)
    assert any("unpacks to more than 512 MB" in remark for remark in result.remarks)
    assert any("x.zip: a.ipynb was taken" in remark for remark in result.remarks)


def test_a_zip_file_of_thousands_is_left_out():
    """They are counted before one is opened."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for number in range(200):
            file.writestr(f"{number}.ipynb", "")
    with pytest.raises(Unreadable, match="without a notebook"):
        salvage({"x.zip": packed.getvalue()}, RELEASED)


# Time and memory


def test_an_output_of_200_megabytes_costs_no_memory():
    """It is stepped over where it lies, whole or cut off; the answers around it stay."""
    cells = notebook()
    cells[0]["outputs"] = "HERE"
    cells[place(cells, "hann")]["source"] = ANSWER
    before, after = json.dumps({"cells": cells}, indent=1).encode().split(b'"HERE"')
    files = {f"{LESSON}.ipynb": b"".join((before, b"[", b'"loss 0.5\\n",\n' * 15_000_000, b'""]', after))}
    assert len(files[f"{LESSON}.ipynb"]) > 200_000_000
    tracemalloc.start()
    result = salvage(files, RELEASED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert by_grade_id(result.cells)["hann"] == ANSWER
    assert result.remarks == ()
    assert peak < 10_000_000


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        '{"cell_type":',
        '{"id":[',
        '{"cell_type":"code","source":[',
        '{"source":"",',
        '{"id":0},',
        '"\\',
        "[],",
        "\0",
    ],
)
def test_no_pattern_takes_more_than_its_length_deserves(unit):
    """Ten megabytes of what would cost a simple reader its stack, its memory, or hours: in proportion to its length."""
    for content in (unit.encode(), b'{"cells":[' + unit.encode()):
        began = time.process_time()
        with pytest.raises(Unreadable):
            salvage({f"{LESSON}.ipynb": content * (10_000_000 // len(content))}, RELEASED)
        assert time.process_time() - began < 30


def test_hostile_python_is_never_parsed():
    """Brackets, quotes and backslashes by the hundred thousand, in an answer and behind it."""
    for piece in ("(", "'\\'", '"""', "\\\n", "    #\n", "hann:", "hann = " * 3, "from hann import "):
        cells = notebook()
        at = place(cells, "hann")
        cells[at : at + 1] = [named(piece * 100_000), own("    " + piece * 100_000)]
        began = time.process_time()
        assert is_sound(salvaged(cells), RELEASED)
        assert time.process_time() - began < 30
