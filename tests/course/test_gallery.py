"""Lines and tables in one picture, each with a scale of its own."""

import numpy as np

from course import plot


def gallery(**panels):
    return plot.gallery(panels).sheet.panels


def test_a_line_and_a_table_stand_side_by_side():
    """By their titles, in rows of three."""
    panels = gallery(wave=np.sin(np.arange(50)), table=np.eye(4), again=np.eye(3), below=np.arange(5.0), last=np.eye(2))
    assert [panel.title for panel in panels] == ["wave", "table", "again", "below", "last"]
    assert [bool(panel.lines) for panel in panels] == [True, False, False, True, False]
    tops = [panel.box.top for panel in panels]
    assert tops[0] == tops[1] == tops[2] > tops[3] == tops[4]


def test_each_has_a_scale_of_its_own():
    """A thousand times as large looks the same."""
    table = np.arange(12.0).reshape(3, 4)
    small, large = gallery(small=table, large=1000 * table)
    np.testing.assert_array_equal(small.levels, large.levels)
    assert len(np.unique(small.levels)) == 12


def test_its_words_name_all_of_it():
    """For whoever cannot see it."""
    assert plot.gallery({"a wave": np.arange(9.0), "a table": np.eye(2)}).alt == "In rows of three: a wave; a table."


def test_an_unfinished_stub_is_a_note():
    """Never an error."""
    assert plot.gallery({"done": np.eye(2), "not yet": ...}).sheet is None
