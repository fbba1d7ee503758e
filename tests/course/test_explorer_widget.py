"""What all explorers share: values, answers, faults that are told, and what stands there without a kernel."""

import numpy as np
import pytest

from course import audio, plot
from course.widgets.explorer import MOST_CHARACTERS, Choice, Explorer, Slider, Text
from tests.course.reading import Reader, changes

SIGNS = {"plus": 1, "minus": -1}


class Asked(list):
    """A `show` that keeps what it was asked for."""

    def __call__(self, count, sign):
        self.append((count, sign))
        picture = plot.waveform(np.linspace(0, sign, 100), f"{count} of them")
        sound = audio.play(np.full(count, 0.5 * sign, np.float32), "a step", 8000)
        return picture, sound, f"<b>{count * sign / (count - 3):g}</b> in all"


def controls():
    return {"count": Slider("Count", range(1, 6), 2), "sign": Choice("Sign", SIGNS, 1)}


@pytest.fixture
def asked():
    return Asked()


@pytest.fixture
def explorer(asked):
    return Explorer(controls(), asked)


def ask(explorer, number, **positions):
    """What the browser does when a hand has moved controls."""
    explorer._handle_custom_msg({"number": number, "play": True, "positions": positions}, [])
    return explorer.answer


def test_values_begin_as_told_and_are_set_by_name(explorer):
    """Values, not positions or names of options."""
    assert explorer.values == {"count": 2, "sign": 1}
    explorer.set(sign=-1)
    assert explorer.values == {"count": 2, "sign": -1}
    assert repr(explorer) == "Explorer(count=2, sign=-1)"


@pytest.mark.parametrize("wrong, problem", [({"count": 9}, ValueError), ({"pitch": 1}, KeyError)])
def test_what_cannot_be_set_is_refused(explorer, wrong, problem):
    """And nothing is moved."""
    with pytest.raises(problem):
        explorer.set(**wrong)
    assert explorer.values == {"count": 2, "sign": 1}


def test_a_first_value_that_is_no_option_is_refused(asked):
    """The message names the control and what can be chosen."""
    with pytest.raises(ValueError, match=r"Count: 7 can't be chosen\. Take one of 1, 2, 3\."):
        Explorer({"count": Slider("Count", range(1, 4), 7)}, asked)


def test_nothing_is_made_before_somebody_looks(explorer, asked):
    """And what was made once for a value is not made again when it is displayed twice."""
    assert asked == []
    Reader(explorer).html, Reader(explorer).html
    assert asked == [(2, 1)]


def test_everything_changes_with_a_control(explorer):
    """Picture, sound and caption; and back."""
    assert changes(Reader(explorer), count=4, sign=-1) == [True, True, True]


def test_an_answer_holds_what_is_seen_heard_and_told(explorer):
    """The PNG, the samples at their rate, the caption, the positions, and the number of the question."""
    answer = ask(explorer, "7", count=3, sign=1)
    reader = Reader(explorer)
    picture, sound = answer["parts"]
    assert (answer["number"], answer["play"]) == ("7", True)
    assert answer["positions"] == {"count": 3, "sign": 1} and explorer.values == {"count": 4, "sign": -1}
    assert picture["png"] == reader.picture and picture["alt"] == reader.alts[0]
    samples, rate = reader.sound
    np.testing.assert_array_equal(np.frombuffer(sound["samples"], "<f4"), samples)
    assert sound["rate"] == rate == 8000 and sound["label"] == "a step"
    assert answer["caption"] == reader.caption == "<b>-4</b> in all"


def test_the_same_question_again_has_an_answer_of_its_own(explorer):
    """Whoever asks waits for the number of the question."""
    numbers = [ask(explorer, number, count=0)["number"] for number in ("1", "2")]
    assert numbers == ["1", "2"]


def test_a_fault_is_told_and_the_next_value_is_shown(explorer):
    """What `show` raises, with the setting, as text."""
    reader = Reader(explorer).set(count=3)
    assert reader.words == "This can't be shown (Count 3, Sign 1): ZeroDivisionError: division by zero"
    assert reader.pictures == []
    assert reader.set(count=4).words == "4 in all"


def test_markup_of_a_fault_is_shown_as_it_is(asked):
    """A message is no markup of ours."""

    def raises(count):
        raise ValueError("no <b>way</b>")

    caption = Reader(Explorer({"count": Slider("Count", range(3), 1)}, raises)).caption
    assert caption.endswith("no &lt;b&gt;way&lt;/b&gt;")


def test_a_stub_that_is_not_finished_is_a_note():
    """Neither a picture nor a sound of `...` is an error."""

    def unfinished(count):
        return plot.waveform(..., "yours"), audio.play(..., "yours"), "not yet"

    explorer = Explorer({"count": Slider("Count", range(3), 1)}, unfinished)
    assert [part["kind"] for part in ask(explorer, "1", count=2)["parts"]] == ["note", "note"]
    assert "nothing to play yet" in Reader(explorer).html


def test_what_the_browser_is_told_of_controls(explorer):
    """Kinds, names, and options as they are read."""
    assert explorer.described == [
        {"name": "count", "kind": "slider", "label": "Count", "options": ["1", "2", "3", "4", "5"]},
        {"name": "sign", "kind": "choice", "label": "Sign", "options": ["plus", "minus"]},
    ]


@pytest.fixture
def typed():
    """An explorer that says what was typed."""
    controls = {"size": Slider("Size", range(3), 1), "text": Text("Say", "yes")}
    return Explorer(controls, lambda size, text: [f"{size}: {text}"])


def test_a_text_is_told_as_it_is_typed(typed):
    """Its position is the text; the browser is told that anything can be typed."""
    assert typed.described[1] == {"name": "text", "kind": "text", "label": "Say", "most": MOST_CHARACTERS}
    answer = ask(typed, "1", text="no, “no”")
    assert answer["positions"] == {"size": 1, "text": "no, “no”"}
    assert answer["caption"] == "1: no, “no”"


def test_a_text_is_set_from_python(typed):
    """By the control's name, as any other."""
    assert Reader(typed).set(text="up").words == "1: up"
    assert repr(typed) == "Explorer(size=1, text='up')"
    with pytest.raises(ValueError, match=r"Say: 7 is no text\. Write it in quotation marks\."):
        typed.set(text=7)
    assert typed.values["text"] == "up"


@pytest.mark.parametrize("text, kept", [("a\x00b\n\tc", "abc"), ("x" * 10_000, "x" * MOST_CHARACTERS), (7, "7")])
def test_whatever_the_browser_sends_is_a_short_line(typed, text, kept):
    """Without control characters, and not longer than anybody would wait for."""
    ask(typed, "1", text=text)
    assert typed.values["text"] == kept
