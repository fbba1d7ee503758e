"""A real JupyterLab, Notebook or Voilà, and a real Chromium, as a student has them."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome")
# a whole notebook is shown, not only what is on the screen, so that a screenshot can be looked at
SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}

SERVER = ("--ServerApp.port_retries=0", "--IdentityProvider.token=", "--allow-root", "--ServerApp.root_dir={folder}")
PROGRAMS = {
    "jupyterlab": ("/lab", *SERVER, "--LabApp.user_settings_dir={settings}", "--LabApp.expose_app_in_browser=True"),
    "notebook": (
        *("", *SERVER, "--JupyterNotebookApp.user_settings_dir={settings}"),
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ),
    "voila": ("", "--Voila.port_retries=0", "{folder}"),
}
"""What Jupyter has to show notebooks with: below which path, and how it is started."""

ERROR = '[data-mime-type="application/vnd.jupyter.error"]'
# the indicator in the toolbar shows "idle" before anything is known of a kernel
KERNEL_IS_READY = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent)"

POLLING = 200
"""Milliseconds between two looks at what takes seconds: to look at each frame lets Chromium draw all of them."""

NO_TLS = "recorder.test"
"""A name of this computer to which a browser gives no microphone."""


def find_chromium() -> str | None:
    """The browser's program, if this machine has one."""
    return next(filter(None, map(shutil.which, COMMANDS)), None)


@contextmanager
def serve(folder: Path, theme: str = "JupyterLab Light", program: str = "jupyterlab") -> Iterator[str]:
    """JupyterLab, or another of the PROGRAMS, on `folder`; gives its address."""
    settings = folder / ".settings"
    for plugin, values in {**SETTINGS, "@jupyterlab/apputils-extension:themes": {"theme": theme}}.items():
        package, name = plugin.rsplit(":", 1)
        path = settings / package / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", program, "--no-browser", f"--port={port}"),
        *(word.format(folder=folder, settings=settings) for word in PROGRAMS[program][1:]),
    ]
    with open(folder / "server.log", "w") as log:
        environment = os.environ | {"JUPYTER_CONFIG_DIR": str(settings)}
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        address = f"http://127.0.0.1:{port}{PROGRAMS[program][0]}"
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(address: str, server: subprocess.Popen, seconds: float = 240) -> None:
    """The first start after an installation reads some thousand files, perhaps beside a busy neighbour."""
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=60).close()
            return
        except OSError:
            if time.monotonic() > end or server.poll() is not None:
                raise
            time.sleep(0.3)


@contextmanager
def start_chromium() -> Iterator[Browser]:
    """A headless Chromium that calls nobody but the page."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=quiet)
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser, width: int = 1280, height: int = 900) -> Page:
    """A page of its own; what its console complains about is kept in `page.complaints`."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    return page


def run_all(page: Page, address: str, notebook: str, seconds: float = 180) -> None:
    """Open a notebook in JupyterLab or Notebook, run every cell, and wait for the last one."""
    page.goto(f"{address}/tree/{notebook}?reset" if address.endswith("/lab") else f"{address}/notebooks/{notebook}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    # what is asked before is dropped, or answered with a dialog: Select Kernel
    page.wait_for_function(KERNEL_IS_READY, timeout=120_000, polling=POLLING)
    page.locator(".jp-Notebook .jp-CodeCell").first.click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        f"document.querySelector('{ERROR}') || "
        f"({PROMPTS}).length && ({PROMPTS}).every(prompt => /\\[\\d+\\]/.test(prompt))",
        timeout=seconds * 1000,
        polling=POLLING,
    )
    stopped = page.locator(ERROR)
    assert stopped.count() == 0, f"{notebook} was stopped: {stopped.first.inner_text()}"
