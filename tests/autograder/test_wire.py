"""Plain data crosses, and comes out as what went in; nothing else does."""

import socket
import struct
import time

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox.inside import wire

NUMBERS = st.one_of(st.none(), st.booleans(), st.integers(-(2**500), 2**500), st.floats(), st.complex_numbers())
DTYPES = st.sampled_from([np.dtype(name) for name in sorted(wire.DTYPES)])
ARRAYS = hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, min_side=0, max_side=4))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
DATA = st.recursive(
    NUMBERS | TEXT | st.binary() | ARRAYS,
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(TEXT.filter(lambda key: key != "()"), inner)
    ),
    max_leaves=10,
)


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and (one == other or repr(one) == repr(other))


@given(DATA)
def test_what_goes_in_comes_out(value):
    """Types, shapes and bytes."""
    assert same(wire.unpack(wire.pack(value)), value)


@given(st.binary())
def test_any_bytes_are_a_message_or_malformed(packed):
    """And never anything else."""
    try:
        wire.unpack(packed)
    except wire.Malformed:
        return


def array(dtype, shape, content=b""):
    return msgpack.packb(msgpack.ExtType(wire.ARRAY, msgpack.packb([dtype, shape]) + content))


def nested(depth):
    packed = b"\xc0"
    for _ in range(depth):
        packed = b"\x81\xa2()\x91" + packed
    return packed


@pytest.mark.parametrize(
    "packed",
    [
        array("<f8", [10**9]),
        array("<f8", [10**9, 0, 10**12], b"x"),
        array("|O", [1], b"12345678"),
        array("<f8", [-1]),
        array("<f8", [True], b"12345678"),
        array("<f8", "x"),
        array("<f8", [1] * 9, b"12345678"),
        nested(5000),
        b"\x91" * 100_000,
        b"\xdd\xff\xff\xff\xff",
        b"\xdd\x00\x20\x00\x00" + b"\x90" * (1 << 21),
        b"\xdc\xff\xff" + (b"\xdc\x00\x40" + b"\x90" * 64) * 65535,
        msgpack.packb({1: 2}),
        msgpack.packb({(1, 2): 3}),
        msgpack.packb(msgpack.ExtType(99, b"")),
        msgpack.packb(1) + b"more",
    ],
    ids=lambda packed: packed[:12].hex(),
)
def test_what_would_be_too_much_or_nonsense_is_malformed(packed):
    """Sizes that do not fit, objects, depth without end, millions of little things, keys that are no text."""
    with pytest.raises(wire.Malformed):
        wire.unpack(packed)


@pytest.mark.parametrize("value", [object(), np.array([object()]), np.float64(1), {1: object()}, {1}, ...])
def test_only_plain_data_is_sent(value):
    """No object, not even a NumPy scalar."""
    with pytest.raises(TypeError):
        wire.pack(value)


def test_a_message_has_a_largest_size(monkeypatch):
    """Told to whoever sends it, before a byte is sent."""
    monkeypatch.setattr(wire, "MOST_BYTES", 1000)
    with pytest.raises(wire.TooLarge):
        wire.pack("x" * 2000)
    with pytest.raises(wire.TooLarge):
        wire.pack(np.zeros(1000))


def test_whoever_waits_waits_no_longer_than_he_said():
    """Also where half a message came."""
    ours, theirs = socket.socketpair()
    theirs.sendall(struct.pack("!I", 100) + b"half")
    begun = time.monotonic()
    with pytest.raises(wire.TooLate):
        wire.receive(ours, begun + 0.2)
    assert 0.1 < time.monotonic() - begun < 2


def test_a_length_beyond_all_measure_is_malformed():
    """Nobody reserves memory for it."""
    ours, theirs = socket.socketpair()
    theirs.sendall(b"\xff\xff\xff\xff")
    with pytest.raises(wire.Malformed):
        wire.receive(ours, time.monotonic() + 5)


def test_who_hangs_up_is_gone():
    """In the middle of a message, too."""
    ours, theirs = socket.socketpair()
    theirs.sendall(b"\x00")
    theirs.close()
    with pytest.raises(wire.Closed):
        wire.receive(ours, time.monotonic() + 5)
