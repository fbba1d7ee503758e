"""The same notebooks where there is no JupyterLab: in Notebook 7, and as pages made by Voilà."""

import shutil

import pytest

from tests.browser.lab import new_page, run_all, serve
from tests.conftest import COURSE, LESSONS


@pytest.fixture(scope="module", params=["notebook", "voila"])
def program(request, tmp_path_factory):
    """Notebook or Voilà on a copy of the release: its name and its address."""
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copytree(COURSE / "release", folder, dirs_exist_ok=True)
    with serve(folder, program=request.param) as address:
        yield request.param, address


@pytest.mark.parametrize("lesson", LESSONS)
def test_widgets_stand_there_without_complaint(program, lesson, chromium):
    """Each lesson runs from top to bottom, shows its widgets, and the console stays silent."""
    name, address = program
    page = new_page(chromium)
    if name == "voila":
        page.goto(f"{address}/voila/render/{lesson}/{lesson}.ipynb", timeout=120_000)
    else:
        run_all(page, address, f"{lesson}/{lesson}.ipynb")
    page.locator("input[type=range]").first.wait_for(timeout=30_000)
    assert page.complaints == []
    page.close()
