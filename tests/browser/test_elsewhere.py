"""The same widgets where there is no JupyterLab: in Notebook 7, and in pages made by Voilà."""

import pytest

from tests.browser import test_pad, test_recorder
from tests.browser.lab import new_page, run_all, serve
from tests.browser.watching import write_notebook

CELLS = [
    "from course import audio\nfrom course.widgets import MockExam, Quiz, sampling_explorer",
    'sampling_explorer(audio.clip("yes_loud"))',
    test_recorder.CELLS[0],
    "from course.widgets import WarpStudio\nWarpStudio(audio.clip('yes_loud'), {})",
    test_pad.SETUP,
    test_pad.MADE["pad"],
    "Quiz()",
    "MockExam()",
]
SHOWN = ("explorer", "recorder", "studio", "pad", "quiz", "mock")


class Elsewhere:
    """Notebook or Voilà, and what its console says of a notebook with nothing but a plain slider."""

    def __init__(self, program, address, chromium):
        self.program, self.address, self.chromium = program, address, chromium
        page = self.opened("plain.ipynb")
        page.locator(".widget-slider").wait_for(timeout=60_000)
        self.own_complaints = set(page.complaints)
        page.close()

    def opened(self, notebook):
        """A page with a notebook that has run from top to bottom."""
        page = new_page(self.chromium)
        if self.program == "voila":
            page.goto(f"{self.address}/voila/render/{notebook}", timeout=120_000)
        else:
            run_all(page, self.address, notebook)
        return page


@pytest.fixture(scope="module", params=["notebook", "voila"])
def elsewhere(request, tmp_path_factory, chromium):
    """Each program on a folder with two notebooks."""
    folder = tmp_path_factory.mktemp(request.param)
    write_notebook(folder / "plain.ipynb", ["import ipywidgets", "ipywidgets.IntSlider()"])
    write_notebook(folder / "widgets.ipynb", CELLS)
    with serve(folder, program=request.param) as address:
        yield Elsewhere(request.param, address, chromium)


def test_widgets_stand_there_without_complaint(elsewhere):
    """One of each kind; the console says no more than of a plain slider."""
    page = elsewhere.opened("widgets.ipynb")
    for widget in SHOWN:
        page.locator(f".resound-{widget}").first.wait_for(timeout=60_000)
    assert set(page.complaints) <= elsewhere.own_complaints
    page.close()
