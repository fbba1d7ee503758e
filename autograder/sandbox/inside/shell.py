"""IPython as a notebook has it, without a kernel: cells run here, and their outputs are kept."""

import sys
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.sandbox.inside.outputs import NotebookDisplay, NotebookResult, Outputs, Stream, TooMuchOutput


class NotebookShell(InteractiveShell):
    """Runs cells; made once in the warm process."""

    display_pub_class = Type(NotebookDisplay)
    displayhook_class = Type(NotebookResult)
    outputs: Outputs
    kept: dict[str, dict[str, Any]]
    """what cells that are alike in every submission define, by their code"""

    @classmethod
    def start(cls) -> "NotebookShell":
        """The shell of this process, with the streams and pictures of a notebook."""
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.banner1 = ""
        shell = cls.instance(config=config)
        shell.system = shell.system_piped
        shell.kept = {}
        return shell

    def listen(self, outputs: Outputs) -> None:
        """Send everything shown from now on to `outputs`."""
        self.outputs = self.display_pub.outputs = self.displayhook.outputs = outputs
        sys.stdout, sys.stderr = Stream("stdout", outputs), Stream("stderr", outputs)

    def run(self, source: str) -> dict:
        """Run one cell.

        Parameters
        ----------
        source : str

        Returns
        -------
        ran : dict
            `outputs` as nbformat has them, `execution_count`, `failed`, and `limit`: "cut" if output was left out,
            "endless" if the cell was stopped for it, otherwise "".
        """
        self.outputs.clear()
        try:
            failed = not self.run_cell(source, store_history=True).success
        except (KeyboardInterrupt, TooMuchOutput):
            failed = True
        limit = "endless" if self.outputs.endless else "cut" if self.outputs.cut else ""
        count = self.execution_count - 1
        return {"outputs": self.outputs.taken(), "execution_count": count, "failed": failed, "limit": limit}

    def take_over(self, source: str) -> None:
        """Go on as if a kept cell had been run here."""
        self.user_ns.update(self.kept[source])
        self.history_manager.store_inputs(self.execution_count, source, source)
        self.execution_count += 1

    def ask_exit(self) -> None:
        """`exit()` and `quit()` do nothing: the notebook is graded to its end."""

    def _showtraceback(self, etype: type, evalue: BaseException, stb: str | list[str]) -> None:
        lines = [stb] if isinstance(stb, str) else list(stb)
        self.outputs.add_error(str(getattr(etype, "__name__", etype)), _text_of(evalue), lines)


def _text_of(error: Any) -> str:
    try:
        return str(error)
    except Exception:  # a student's class may do anything
        return ""
