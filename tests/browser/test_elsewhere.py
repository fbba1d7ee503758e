"""The same notebooks where there is no JupyterLab: in Notebook 7, and as pages made by Voilà."""

import shutil

import pytest

from tests.browser.lab import new_page, run_all, serve
from tests.browser.watching import write_notebook
from tests.conftest import COURSE

WIDGETS = {
    "01_sound/01_sound": [".resound-explorer", ".resound-recorder"],
    "06_voice_warping/06_voice_warping": [".resound-studio"],
    "09_vae/09_vae": [".resound-pad"],
    "exam_preparation": [".resound-quiz", ".resound-mock"],
}
"""Notebooks, and those of their widgets that they are opened for."""


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
    """Each program on a copy of the release."""
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copytree(COURSE / "release", folder, dirs_exist_ok=True)
    write_notebook(folder / "plain.ipynb", ["import ipywidgets", "ipywidgets.IntSlider()"])
    with serve(folder, program=request.param) as address:
        yield Elsewhere(request.param, address, chromium)


@pytest.mark.parametrize("notebook", WIDGETS)
def test_widgets_stand_there_without_complaint(elsewhere, notebook):
    """A notebook runs from top to bottom and shows its widgets; the console says no more than of a plain slider."""
    page = elsewhere.opened(f"{notebook}.ipynb")
    for widget in WIDGETS[notebook]:
        page.locator(widget).first.wait_for(timeout=60_000)
    assert set(page.complaints) <= elsewhere.own_complaints
    page.close()
