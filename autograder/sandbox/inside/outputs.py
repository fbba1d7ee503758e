"""What a cell prints, shows and returns, kept as a notebook keeps it, and no more of it than the limits allow."""

import base64
import io
import json
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher


class TooMuchOutput(BaseException):
    """A cell that seems never to stop printing."""


class Outputs:
    """The outputs of the cell that runs now."""

    def __init__(self, most_bytes: int, endless_bytes: int):
        self.most_bytes = most_bytes
        self.endless_bytes = endless_bytes
        self.clear()

    def clear(self) -> None:
        """A new cell begins."""
        self._forget()
        self.bytes = 0
        self.cut = self.endless = False

    def clear_output(self, wait: bool) -> None:
        """Forget what this cell has shown, at once or when the next output comes."""
        if wait:
            self.clear_at_next = True
        else:
            self._forget()

    def write(self, name: str, text: str) -> None:
        """Add to a stream, "stdout" or "stderr"."""
        if not (text := self._fitting(text)):
            return
        last = self.kept[-1] if self.kept else {}
        if last.get("name") == name:
            last["text"].append(text)
        else:
            self.kept.append({"output_type": "stream", "name": name, "text": [text]})

    def add(self, kind: str, data: dict, metadata: dict | None, display_id: str = "", **more: Any) -> None:
        """Add what `display` or the last line of a cell shows; of one `display_id` the newest takes the place."""
        data = {str(mime): _as_json(value) for mime, value in data.items()}
        size = sum(len(value) if isinstance(value, str) else len(json.dumps(value)) for value in data.values())
        if not self._fits(size):
            return
        shown = {"output_type": kind, "data": data, "metadata": _as_json(metadata or {}), **more}
        if display_id in self.by_display_id:
            self.by_display_id[display_id].update(shown)
        else:
            self.kept.append(shown)
            if display_id:
                self.by_display_id[display_id] = shown

    def add_error(self, name: str, value: str, traceback: list[str]) -> None:
        """Add the exception that ended a cell."""
        for text in (value, *traceback):
            self.bytes += len(text)
        self._make_room()
        self.kept.append(
            {"output_type": "error", "ename": name[:200], "evalue": value[:5000], "traceback": traceback[:100]}
        )

    def taken(self) -> list[dict]:
        """All outputs, as nbformat has them."""
        return [
            output | {"text": "".join(output["text"])} if output["output_type"] == "stream" else output
            for output in self.kept
        ]

    def _fitting(self, text: str) -> str:
        """As much of a text as there is room for."""
        room = self.most_bytes - self.bytes
        return text if self._fits(len(text)) else text[: max(room, 0)]

    def _fits(self, size: int) -> bool:
        self._make_room()
        self.bytes += size
        if self.bytes > self.endless_bytes:
            self.endless = True
            raise TooMuchOutput(f"more than {self.endless_bytes >> 20} MB")
        self.cut = self.cut or self.bytes > self.most_bytes
        return self.bytes <= self.most_bytes

    def _make_room(self) -> None:
        """Forget what is to be replaced."""
        if self.clear_at_next:
            self._forget()

    def _forget(self) -> None:
        self.kept: list[dict] = []
        self.by_display_id: dict[str, dict] = {}
        self.clear_at_next = False


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a notebook."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs):
        self._name = name
        self._outputs = outputs

    def write(self, text: str) -> int:
        """Keep a piece of text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.write(self._name, text)
        return len(text)

    def writable(self) -> bool:
        """It is there to be written to."""
        return True


class NotebookDisplay(DisplayPublisher):
    """Keeps what `display` shows."""

    outputs: Outputs

    def publish(
        self, data: dict, metadata: dict | None = None, *_: Any, transient: dict | None = None, **__: Any
    ) -> None:
        """Keep one bundle of representations; an update of one that this cell has shown takes its place."""
        self.outputs.add("display_data", data, metadata, str((transient or {}).get("display_id", "")))

    def clear_output(self, wait: bool = False) -> None:
        """Forget the outputs of this cell, at once or when the next one comes."""
        self.outputs.clear_output(wait)


class NotebookResult(DisplayHook):
    """Keeps what the last line of a cell returns."""

    outputs: Outputs

    def write_output_prompt(self) -> None:
        """A notebook has its own prompt."""

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        """Keep one bundle of representations."""
        self.outputs.add("execute_result", format_dict, md_dict, execution_count=self.prompt_count)

    def finish_displayhook(self) -> None:
        """Nothing is to be flushed."""
        self._is_active = False


def _as_json(value: Any) -> Any:
    """What a notebook file can hold: pictures as base64, everything else by way of JSON."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value if isinstance(value, str) else json.loads(json.dumps(value, default=repr))
