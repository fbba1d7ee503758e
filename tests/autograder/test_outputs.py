"""What a cell shows, kept as a notebook would keep it."""

import pytest

from autograder.sandbox.inside.outputs import NotebookDisplay, Outputs


@pytest.fixture
def shown():
    """A display, and the texts that are kept of it."""
    display = NotebookDisplay()
    display.outputs = Outputs(1 << 20, 1 << 22)
    return display


def say(display, text, **how):
    display.publish({"text/plain": text}, **how)


def texts(display):
    return [output["data"]["text/plain"] for output in display.outputs.taken()]


def test_an_update_takes_the_place_of_what_it_updates(shown):
    """A progress bar is one output, however often it moved."""
    bar = {"transient": {"display_id": "bar"}}
    say(shown, "0 %", **bar)
    say(shown, "a word")
    say(shown, "100 %", **bar, update=True)
    assert texts(shown) == ["100 %", "a word"]


def test_an_update_of_another_cells_output_stands_by_itself(shown):
    """What an earlier cell showed is not at hand any more."""
    say(shown, "0 %", transient={"display_id": "bar"})
    shown.outputs.clear()
    say(shown, "100 %", transient={"display_id": "bar"}, update=True)
    assert texts(shown) == ["100 %"]


@pytest.mark.parametrize("wait", [True, False])
def test_after_clearing_an_update_is_shown_anew(shown, wait):
    """At once or with the next output."""
    say(shown, "0 %", transient={"display_id": "bar"})
    shown.clear_output(wait)
    say(shown, "100 %", transient={"display_id": "bar"}, update=True)
    assert texts(shown) == ["100 %"]
