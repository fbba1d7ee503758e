"""Numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.exam.units import read

RIGHT = [
    *[(text, "", 1025) for text in ("1,025", "1025", "1.025e3", "1025 frames", "1 025", "1’025", "1_025", " 1025. ")],
    *[(text, "", 1025) for text in ("1.025,0", "1025,0", "2^10+1", "2**10 + 1", "1,025E3", "≈ 1025", "4100/4")],
    *[(text, "ms", 500) for text in ("500", "500 ms", "0.5 s", "0,5 s", ".5s", "500ms", "1/2 s", "5e-1 s")],
    *[(text, "kB", 1500) for text in ("1500", "1.5 MB", "1,5 MB", "1 500 000 B", "12 Mbit")],
    *[(text, "dB", -3) for text in ("-3", "−3 dB", "– 3 dB", "-3,0 dBFS")],
    *[(text, "%", 50) for text in ("50", "50 %", "50%", "50 percent")],
    ("1.234,5", "", 1234.5),
    ("12,345.6", "", 12345.6),
    ("3·10^4", "Hz", 30000),
    ("30 kHz", "Hz", 30000),
    ("43 Hertz", "Hz", 43),
    ("4.2 1/kHz", "1/kHz", 4.2),
    ("2 KiB", "B", 2048),
    ("0.25 nats", "nats", 0.25),
    ("7", "nats", 7),
]


@pytest.mark.parametrize(("text", "unit", "number"), RIGHT)
def test_a_number_is_read_however_it_is_written(text, unit, number):
    """With a comma or a point, in any unit that fits."""
    typed = read(text, unit)
    assert typed.problem == ""
    assert any(each == pytest.approx(number) for each in typed.numbers), typed


@pytest.mark.parametrize(
    ("text", "unit", "asks"),
    [
        ("", "Hz", "Please type a number in Hz"),
        ("no idea", "", "Please type a number, for example"),
        ("500 Hz", "ms", "a time is asked for, and that is a frequency"),
        ("3 kg", "Hz", "I don't know the unit 'kg'"),
        ("3 5 7", "", "can't read"),
        ("1/0", "", "can't read"),
        ("1e999", "", "no finite number"),
        ("9**9**9**9", "", "can't read"),
        ("__import__('os').getpid() + 1", "", "can't read"),
        ("(" * 500 + "1", "", "can't read"),
    ],
)
def test_nonsense_gets_a_friendly_request(text, unit, asks):
    """Not a mark lost, and no word of Python's."""
    typed = read(text, unit)
    assert typed.numbers == ()
    assert asks in typed.problem and "Error" not in typed.problem


@given(st.text(max_size=40), st.sampled_from(["", "Hz", "ms", "dB", "%"]))
def test_whatever_is_typed_is_answered(text, unit):
    """With numbers, or with a request; never with an exception."""
    typed = read(text, unit)
    assert bool(typed.numbers) != bool(typed.problem)


@given(st.floats(-1e9, 1e9, allow_nan=False), st.sampled_from(["", "Hz", "ms", "dB", "kB"]))
def test_what_python_prints_is_read_again(number, unit):
    """Any number, as it stands."""
    assert any(each == pytest.approx(number) for each in read(f"{number!r} {unit}", unit).numbers)
