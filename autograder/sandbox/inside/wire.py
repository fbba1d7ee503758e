"""What crosses the sandbox: plain data in msgpack, arrays with their dtype and shape; never an object, never code.

Every message is a map in a frame of its own: four bytes of length, then the bytes.
"""

import math
import socket
import struct
import time
from typing import Any

import msgpack
import numpy as np

MOST_BYTES = 64 << 20
"""The largest message."""
LENGTH = struct.Struct("!I")
MOST_ITEMS = 2_000_000
"""In all lists and maps of a message: each costs far more in memory than in bytes."""
LONGEST_LIST = 1 << 20
ARRAY, COMPLEX, LARGE_INTEGER = range(1, 4)
TUPLE = "()"
"""The only key of a map that stands for a tuple."""
DTYPES = frozenset(
    np.dtype(kind).str for kind in ("?", *"bhiq", *"BHIQ", *"efd", *"FD")
)  # of this machine's byte order: both ends are on one machine
MOST_AXES = 8
LARGEST_INTEGER = 64
"""In bytes."""


class Malformed(Exception):
    """Bytes that are no message."""


class Closed(Exception):
    """The other end is gone."""


class TooLate(Exception):
    """No message came in time."""


class TooLarge(Exception):
    """A value that is larger than a message may be."""


def send(channel: socket.socket, message: dict) -> None:
    """Send one message.

    Parameters
    ----------
    channel : socket
    message : dict
        Plain data, as `pack` takes it.

    Raises
    ------
    TooLarge
        If it has more than `MOST_BYTES`; nothing was sent.
    Closed
        If the other end is gone.
    """
    payload = pack(message)
    try:
        channel.sendall(LENGTH.pack(len(payload)) + payload)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Closed from error


def receive(channel: socket.socket, deadline: float | None = None) -> dict:
    """Wait for one message.

    Parameters
    ----------
    channel : socket
    deadline : float, optional
        In terms of `time.monotonic`.

    Returns
    -------
    message : dict

    Raises
    ------
    Malformed, Closed, TooLate
    """
    (length,) = LENGTH.unpack(_receive_bytes(channel, LENGTH.size, deadline))
    if length > MOST_BYTES:
        raise Malformed(f"a message of {length} bytes")
    message = unpack(_receive_bytes(channel, length, deadline))
    if type(message) is not dict:
        raise Malformed("no map")
    return message


def _receive_bytes(channel: socket.socket, count: int, deadline: float | None) -> bytes:
    received = bytearray()
    while len(received) < count:
        if deadline is not None:
            # a moment at least: what has arrived already is not too late
            channel.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            piece = channel.recv(min(count - len(received), 1 << 20))
        except TimeoutError as error:
            raise TooLate from error
        except ConnectionResetError as error:
            raise Closed from error
        finally:
            channel.settimeout(None)
        if not piece:
            raise Closed
        received += piece
    return bytes(received)


def pack(value: Any) -> bytes:
    """Plain data as bytes.

    Parameters
    ----------
    value : None, bool, int, float, complex, str, bytes, list, tuple, dict with text as keys, or ndarray of numbers
        Of exactly these types, nested as deep as msgpack takes it.

    Returns
    -------
    packed : bytes

    Raises
    ------
    TypeError
        If something in it is no plain data.
    TooLarge
    """
    try:
        packed = msgpack.packb(value, default=_pack_extension, strict_types=True, unicode_errors="replace")
    except (ValueError, OverflowError, RecursionError) as error:
        raise TooLarge(str(error)) from error
    if len(packed) > MOST_BYTES:
        raise TooLarge(f"{len(packed)} bytes")
    return packed


def unpack(packed: bytes) -> Any:
    """The data that `pack` was given; anything else is refused.

    Raises
    ------
    Malformed
    """
    items = _Items()
    try:
        return msgpack.unpackb(
            packed,
            ext_hook=_unpack_extension,
            list_hook=items.count,
            object_hook=items.count_map,
            # keys are text, whose hash nobody outside can foretell
            strict_map_key=True,
            max_array_len=LONGEST_LIST,
            max_map_len=LONGEST_LIST,
        )
    except Malformed:
        raise
    except Exception as error:  # whatever msgpack says of bytes that are none of its own
        raise Malformed(str(error)) from error


class _Items:
    """Counts what lists and maps hold, while they are unpacked."""

    def __init__(self) -> None:
        self.left = MOST_ITEMS

    def count(self, found: list) -> list:
        """A list of the message."""
        self._take(len(found))
        return found

    def count_map(self, found: dict) -> Any:
        """A map of the message, or the tuple that it stands for."""
        self._take(len(found))
        if len(found) == 1 and type(items := found.get(TUPLE)) is list:
            return tuple(items)
        return found

    def _take(self, count: int) -> None:
        self.left -= count + 1
        if self.left < 0:
            raise Malformed(f"more than {MOST_ITEMS} items")


def _pack_extension(value: Any) -> msgpack.ExtType:
    if type(value) is np.ndarray and value.dtype.str in DTYPES and value.ndim <= MOST_AXES:
        # msgpack copies the bytes once more: too many are to be told before
        if value.nbytes > MOST_BYTES:
            raise TooLarge(f"{value.nbytes} bytes")
        header = msgpack.packb([value.dtype.str, list(value.shape)])
        return msgpack.ExtType(ARRAY, header + np.ascontiguousarray(value).tobytes())
    if type(value) is complex:
        return msgpack.ExtType(COMPLEX, struct.pack("dd", value.real, value.imag))
    if type(value) is tuple:
        return {TUPLE: list(value)}
    if type(value) is int and value.bit_length() < 8 * LARGEST_INTEGER:
        return msgpack.ExtType(LARGE_INTEGER, value.to_bytes(LARGEST_INTEGER, "big", signed=True))
    raise TypeError(f"{type(value).__name__} is no plain data")


def _unpack_extension(code: int, data: bytes) -> Any:
    if code == ARRAY:
        return _unpack_array(data)
    if code == COMPLEX and len(data) == 16:
        return complex(*struct.unpack("dd", data))
    if code == LARGE_INTEGER and len(data) == LARGEST_INTEGER:
        return int.from_bytes(data, "big", signed=True)
    raise Malformed(f"extension {code}")


def _unpack_array(data: bytes) -> np.ndarray:
    """An array whose dtype, shape and size fit each other."""
    unpacker = msgpack.Unpacker(max_buffer_size=MOST_BYTES)
    unpacker.feed(data)
    dtype, shape = unpacker.unpack()
    if dtype not in DTYPES or len(shape) > MOST_AXES or not all(type(n) is int and n >= 0 for n in shape):
        raise Malformed("an array that can't be")
    content = memoryview(data)[unpacker.tell() :]
    if len(content) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise Malformed("an array of another size")
    return np.frombuffer(content, dtype).reshape(shape).copy()
