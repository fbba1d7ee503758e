"""course.assets: the course's own files are found in a wheel and in a checkout."""

import importlib.util
import shutil

import pytest

from course import assets


def installed_copy(folder):
    """The module as it runs from another place, in an otherwise empty package."""
    package = folder / "course"
    package.mkdir()
    spec = importlib.util.spec_from_file_location("assets_elsewhere", shutil.copy(assets.__file__, package))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_this_checkout_has_its_assets():
    """The folder that is found here is the one with the manifest of the sounds."""
    assert (assets.assets_folder() / "sounds" / "manifest.toml").is_file()


def test_a_wheel_goes_before_a_checkout(tmp_path):
    """`_assets` in the package is taken where it is there, else `assets` beside the package."""
    elsewhere = installed_copy(tmp_path)
    (tmp_path / "assets").mkdir()
    assert elsewhere.assets_folder() == tmp_path / "assets"
    (tmp_path / "course" / "_assets").mkdir()
    assert elsewhere.assets_folder() == tmp_path / "course" / "_assets"


def test_missing_assets_are_explained(tmp_path):
    """Where neither is there, the message names both places and what to do."""
    with pytest.raises(FileNotFoundError, match=r"_assets nor .*assets\. Install the course again"):
        installed_copy(tmp_path).assets_folder()
