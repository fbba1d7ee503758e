"""Real browser, real JupyterLab. Where there is no Chromium, these tests are left out, and the header says so."""

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from tests.browser.lab import NO_TLS, find_chromium, new_page, serve
from tests.browser.watching import PATIENCE
from tests.conftest import COURSE

if find_chromium() is None:
    collect_ignore_glob = ["test_*.py"]

expect.set_options(timeout=PATIENCE)


class Lab(NamedTuple):
    """A JupyterLab that runs."""

    address: str
    root: Path

    def folder(self, name: str) -> Path:
        """A new folder in it."""
        folder = self.root / name
        folder.mkdir()
        return folder


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """One for all tests of a process, on a copy of the release; it answers to another computer's name as well."""
    root = tmp_path_factory.mktemp("lab")
    shutil.copytree(COURSE / "release", root, dirs_exist_ok=True)
    (root / ".settings").mkdir()
    names = {"ServerApp": {"local_hostnames": ["localhost", "127.0.0.1", NO_TLS]}}
    (root / ".settings" / "jupyter_server_config.json").write_text(json.dumps(names))
    with serve(root) as address:
        yield Lab(address, root)


@pytest.fixture
def page(chromium):
    page = new_page(chromium)
    yield page
    page.close()


@pytest.fixture
def nothing_is_broken(opened):
    """Whatever a test does, the console has nothing to complain about, and no cell is gone."""
    cells = opened.locator(".jp-CodeCell").count()
    yield
    assert opened.complaints == []
    assert opened.locator(".jp-CodeCell").count() == cells
