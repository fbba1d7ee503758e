"""Real browser, real JupyterLab. Where there is no Chromium, these tests are left out, and the header says so."""

import shutil

import pytest

from tests.browser.lab import find_chromium, new_page, serve
from tests.conftest import COURSE

if find_chromium() is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab on a copy of the release; gives its address."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(COURSE / "release", folder, dirs_exist_ok=True)
    with serve(folder) as address:
        yield address


@pytest.fixture
def page(chromium):
    page = new_page(chromium)
    yield page
    page.close()
