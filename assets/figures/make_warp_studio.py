"""Makes the README's picture of the warp studio, in JupyterLab: python -m assets.figures.make_warp_studio"""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tests.browser.lab import new_page, run_all, serve, start_chromium
from tests.browser.watching import write_notebook

HERE = Path(__file__).resolve().parent
CELL = """
from course import audio
from course.widgets import WarpStudio
WarpStudio(audio.clip("voice_slt"))
"""


def drag_a_box(page: Page) -> None:
    """Over a third of the voice, from 800 Hz up to 4500 Hz."""
    canvas = page.get_by_role("application").bounding_box()
    across, down = (
        (lambda share: canvas["x"] + share * canvas["width"]),
        (lambda share: canvas["y"] + share * canvas["height"]),
    )
    page.mouse.move(across(0.32), down(0.25))
    page.mouse.down()
    page.mouse.move(across(0.6), down(0.75), steps=5)
    page.mouse.up()


if __name__ == "__main__":
    with TemporaryDirectory() as folder, start_chromium() as browser:
        write_notebook(Path(folder) / "studio.ipynb", [CELL])
        with serve(Path(folder)) as address:
            page = new_page(browser, 1500, 1100)
            run_all(page, address, "studio.ipynb")
            studio = page.get_by_role("group", name="Warp studio")
            studio.scroll_into_view_if_needed()
            drag_a_box(page)
            for edit in ("Warp", "Reverse", "Stretch"):
                page.get_by_role("button", name=edit, exact=True).click()
                page.wait_for_timeout(700)
            studio.screenshot(path=HERE / "warp_studio.png")
