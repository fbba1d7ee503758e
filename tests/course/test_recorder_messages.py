"""The recorder's Python side: what a browser sends, well-behaved or not."""

import re

import comm
import numpy as np
import pytest
import soundfile
from comm.base_comm import BaseComm

from course import audio
from course.widgets.recorder import LARGEST_FILE, Recorder

RATE = 48000


class Line(BaseComm):
    """A comm that keeps what Python says to the browser."""

    def __init__(self, *arguments, **named):
        self.said = []
        super().__init__(*arguments, **named)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        if msg_type == "comm_msg" and data["method"] == "custom":
            self.said.append((data["content"], buffers))


class Browser:
    """The other end of a recorder's line."""

    def __init__(self, *arguments, **named):
        self.recorder = Recorder(*arguments, **named)

    def say(self, content, *buffers):
        """Send one message, as the kernel hands it to the widget; give the last answer, if there is one."""
        before = len(self.recorder.comm.said)
        data = {"method": "custom", "content": content}
        self.recorder._handle_msg({"content": {"data": data}, "buffers": list(buffers)})
        answers = self.recorder.comm.said[before:]
        return answers[-1] if answers else None

    def transfer(self, chunks, rate=RATE, file=None, why="stopped"):
        """Send a whole sound; give the last answer."""
        self.say({"kind": "begin", "transfer": 1, "file": file, "rate": rate})
        for number, chunk in enumerate(chunks):
            self.say({"kind": "chunk", "transfer": 1, "number": number}, chunk)
        return self.say({"kind": "end", "transfer": 1, "chunks": len(chunks), "why": why})

    def record(self, samples, rate=RATE, why="stopped"):
        """Send samples as a browser does: 4096 at a time."""
        content = np.asarray(samples, "<f4").tobytes()
        return self.transfer([content[i : i + 16384] for i in range(0, len(content), 16384)], rate, why=why)

    def upload(self, path):
        """Send a file."""
        return self.transfer([path.read_bytes()], None, path.name, "whole")

    def is_refused(self, answer, *words):
        """Whether the browser was told no, in these words, and the clip of the beginning is still held."""
        content, buffers = answer
        assert content["kind"] == "refused" and not buffers
        assert all(word in content["message"] for word in words), content["message"]
        np.testing.assert_array_equal(self.recorder.amplitudes, audio.clip("yes_loud"))
        return True


@pytest.fixture(autouse=True)
def line(monkeypatch):
    """What is said to the browser is kept."""
    monkeypatch.setattr(comm, "create_comm", Line)


@pytest.fixture
def browser():
    return Browser(seconds=2)


def tone(rate=RATE, seconds=0.5, amplitude=0.5):
    """440 Hz, float32 [n_samples]."""
    return (amplitude * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def test_before_a_recording_a_clip_stands_for_it(browser):
    """Cells below it can be run; the caption says that nothing is recorded."""
    recorder = browser.recorder
    np.testing.assert_array_equal(recorder.amplitudes, audio.clip("yes_loud"))
    assert recorder.amplitudes.dtype == np.float32 and recorder.sample_rate == 22050
    assert "clip yes_loud" in recorder.caption and "Nothing is recorded yet" in recorder.caption


def test_nothing_is_said_before_a_browser_asks(browser):
    """Where there is no frontend, none is waited for."""
    assert browser.recorder.comm.said == []


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000, 96000])
def test_a_recording_arrives_sample_by_sample(browser, rate):
    """`raw` is what was sent, `amplitudes` the same at the course's rate."""
    browser.record(tone(rate), rate)
    recorder = browser.recorder
    np.testing.assert_array_equal(recorder.raw, tone(rate))
    assert recorder.raw_rate == rate and recorder.raw.dtype == np.float32
    np.testing.assert_array_equal(recorder.amplitudes, audio.resample(tone(rate), rate, 22050))
    assert recorder.amplitudes.dtype == np.float32
    assert recorder.caption.startswith(f"Your recording: 0.5 s at {rate} Hz, peak -6.0 dBFS")


def test_the_browser_gets_back_what_python_holds(browser):
    """Play plays `amplitudes`, not a copy that the browser kept."""
    content, (samples,) = browser.record(tone())
    assert content == {"kind": "sound", "caption": browser.recorder.caption, "clip": None, "rate": 22050}
    np.testing.assert_array_equal(np.frombuffer(samples, "<f4"), browser.recorder.amplitudes)


def test_a_new_view_is_told_what_is_held(browser):
    """After a reload of the page the recording is still there."""
    answer = browser.record(tone())
    assert browser.say({"kind": "hello"}) == answer


def test_what_it_gives_may_be_changed(browser):
    """A student who scales the array in place does not change the recording."""
    browser.record(tone())
    for name in ("raw", "amplitudes"):
        before = getattr(browser.recorder, name).copy()
        getattr(browser.recorder, name)[:] = 0
        np.testing.assert_array_equal(getattr(browser.recorder, name), before)


def test_the_second_recording_takes_the_place_of_the_first(browser):
    """Also where the first was broken off in the middle."""
    browser.record(tone())
    browser.say({"kind": "begin", "transfer": 7, "file": None, "rate": RATE})
    browser.say({"kind": "chunk", "transfer": 7, "number": 0}, bytes(4000))
    browser.record(tone(amplitude=0.25))
    np.testing.assert_array_equal(browser.recorder.raw, tone(amplitude=0.25))


@pytest.mark.parametrize("numbers, chunks", [((0, 2), 2), ((1, 0), 2), ((0, 0), 2), ((-1,), 1), ((0, 1), 3), ((0,), 0)])
def test_a_lost_doubled_or_swapped_chunk_is_noticed(browser, numbers, chunks):
    """Nothing of such a recording is kept."""
    browser.say({"kind": "begin", "transfer": 3, "file": None, "rate": RATE})
    for number in numbers:
        browser.say({"kind": "chunk", "transfer": 3, "number": number}, tone().tobytes())
    answer = browser.say({"kind": "end", "transfer": 3, "chunks": chunks, "why": "stopped"})
    assert browser.is_refused(answer, "lost on its way", "Still held: the course's clip yes_loud")


def test_the_first_refusal_comes_with_the_chunk(browser):
    """Nobody speaks ten seconds to a recorder that has given up after one; what follows gets no further answer."""
    browser.say({"kind": "begin", "transfer": 3, "file": None, "rate": RATE})
    refusal = browser.say({"kind": "chunk", "transfer": 3, "number": 5}, tone().tobytes())
    assert browser.is_refused(refusal, "A part of your recording was lost")
    assert browser.say({"kind": "chunk", "transfer": 3, "number": 6}, tone().tobytes()) is None


def test_no_more_is_taken_than_the_limit(browser):
    """Two seconds to the sample are; one sample more is not."""
    full = tone(seconds=2)
    assert browser.is_refused(browser.record(np.append(full, 0)), "lost on its way")
    browser.record(full)
    assert browser.recorder.raw.size == 2 * RATE


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 17, 3e38])
def test_what_is_no_amplitude_is_refused(browser, wrong):
    """One such sample is enough."""
    samples = tone()
    samples[100] = wrong
    assert browser.is_refused(browser.record(samples), "no sound", "Try again")


def test_bytes_that_are_no_floats_are_refused(browser):
    """Three bytes are no float32."""
    assert browser.is_refused(browser.transfer([b"abc"]), "no float32 samples")


@pytest.mark.parametrize("rate", [0, -1, 0.5, "48000", [48000], True, float("nan"), float("inf"), 10**9, None])
def test_a_rate_that_is_none_is_refused(browser, rate):
    """Before any sample is taken."""
    answer = browser.say({"kind": "begin", "transfer": 1, "file": None, "rate": rate})
    assert browser.is_refused(answer, "is no sample rate")


@pytest.mark.parametrize(
    "content",
    [
        None,
        "begin",
        [],
        {},
        {"kind": ["hello"]},
        {"kind": "begin"},
        {"kind": "begin", "transfer": "1", "file": None, "rate": RATE},
        {"kind": "begin", "transfer": 1, "file": 5, "rate": RATE},
        {"kind": "chunk", "transfer": 1, "number": 0},
        {"kind": "chunk", "transfer": 1, "number": "0"},
        {"kind": "end", "transfer": 1, "chunks": None, "why": "stopped"},
        {"kind": "end", "transfer": 1, "chunks": 0, "why": None},
        {"kind": "clip", "name": "chord"},
        {"kind": "clip", "name": "../manifest"},
        {"kind": "clip", "name": ["yes_loud"]},
    ],
)
def test_a_message_of_another_kind_is_refused(browser, content):
    """No message makes a traceback in the kernel's log."""
    assert browser.is_refused(browser.say(content), "cannot read", "Run its cell again")


def test_an_end_without_a_beginning_is_refused(browser):
    """Such as after a restart of the kernel."""
    answer = browser.say({"kind": "end", "transfer": 9, "chunks": 0, "why": "stopped"})
    assert browser.is_refused(answer, "lost on its way", "Try again")


def test_the_browser_cannot_change_the_limit(browser):
    """What it sends as the widget's state is not taken over."""
    state = {"seconds": 1e9, "clips": ["x"], "_largest_file": 10**12}
    data = {"method": "update", "state": state, "buffer_paths": []}
    browser.recorder._handle_msg({"content": {"data": data}, "buffers": []})
    assert browser.recorder.seconds == 2 and browser.recorder.clips[0] == "yes_loud"
    assert browser.is_refused(browser.record(tone(seconds=2.1)))


def test_an_empty_recording_says_so(browser):
    """Stop right after Record."""
    assert browser.is_refused(browser.record([]), "Nothing is in your recording", "Try again")


def test_silence_asks_whether_the_microphone_is_muted(browser):
    """Zeros are no recording."""
    assert browser.is_refused(browser.record(np.zeros(RATE)), "gives only zeros: is it muted?")


@pytest.mark.parametrize(
    "samples, why, remark",
    [
        (tone(), "limit", "The limit was reached: the first 2 s are kept."),
        (tone(), "lost", "The microphone went away"),
        (np.clip(tone(amplitude=2), -1, 1), "stopped", "Too loud: its peaks are cut off."),
        (tone(amplitude=0.005), "stopped", "Very quiet: come closer"),
    ],
)
def test_what_is_to_be_known_is_said_and_the_recording_kept(browser, samples, why, remark):
    """In the caption, which browser and Python show."""
    content, _ = browser.record(samples, why=why)
    assert remark in content["caption"] and remark in browser.recorder.caption
    np.testing.assert_array_equal(browser.recorder.raw, np.float32(samples))


@pytest.mark.parametrize("why", ["stopped", "whole", "", "anything"])
def test_a_good_recording_has_no_remark(browser, why):
    """One sample at full scale, as after normalising, is not yet too loud."""
    samples = tone()
    samples[55] = 1
    browser.record(samples, why=why)
    assert browser.recorder.caption.endswith("1 clipped sample.")


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_a_file_is_read_in_python(browser, tmp_path, suffix):
    """Stereo at 44.1 kHz becomes one channel; its caption has the file's name."""
    stereo = np.column_stack([tone(44100), 0.5 * tone(44100)])
    soundfile.write(tmp_path / f"me.{suffix}", stereo, 44100)
    content, _ = browser.upload(tmp_path / f"me.{suffix}")
    assert content["kind"] == "sound" and content["caption"].startswith(f"The file me.{suffix}: 0.5 s at 44100 Hz")
    assert browser.recorder.raw_rate == 44100
    np.testing.assert_array_equal(browser.recorder.raw, audio.load(tmp_path / f"me.{suffix}", 44100))
    assert abs(browser.recorder.amplitudes.size - 11025) < 1200


def test_a_large_file_comes_in_pieces(browser, tmp_path):
    """Put together again, they are the file."""
    soundfile.write(tmp_path / "me.wav", tone(), RATE)
    content = (tmp_path / "me.wav").read_bytes()
    browser.transfer([content[:1000], content[1000:1001], content[1001:]], None, "me.wav", "whole")
    np.testing.assert_array_equal(browser.recorder.raw, audio.load(tmp_path / "me.wav", RATE))


def test_of_a_long_file_the_beginning_is_kept(browser, tmp_path):
    """As long as a recording may be, and the caption says so."""
    soundfile.write(tmp_path / "long.wav", tone(seconds=3), RATE)
    browser.upload(tmp_path / "long.wav")
    assert browser.recorder.raw.size == 2 * RATE
    assert "The limit was reached: the first 2 s are kept." in browser.recorder.caption


@pytest.mark.parametrize("content, reason", [(b"not a sound\n" * 50, "no sound file"), (b"", "is empty")])
def test_what_python_cannot_read_the_browser_may_try(browser, tmp_path, content, reason):
    """It gets the reason, in which the file has the name that its owner knows."""
    (tmp_path / "me.wav").write_bytes(content)
    answer, _ = browser.upload(tmp_path / "me.wav")
    assert answer["kind"] == "undecoded" and answer["transfer"] == 1
    assert re.match(r"me\.wav: is .*\.$", answer["message"]) and reason in answer["message"]
    np.testing.assert_array_equal(browser.recorder.amplitudes, audio.clip("yes_loud"))


def test_what_the_browser_has_read_has_the_name_of_the_file(browser):
    """Samples that come with a file's name are not called a recording."""
    browser.transfer([tone().tobytes()], RATE, "me.m4a", "whole")
    np.testing.assert_array_equal(browser.recorder.raw, tone())
    assert browser.recorder.caption.startswith("The file me.m4a: 0.5 s")


def test_a_silent_file_is_not_called_a_microphone(browser, tmp_path):
    """It says that nothing can be heard in it."""
    soundfile.write(tmp_path / "silence.wav", np.zeros(1000), RATE)
    assert browser.is_refused(browser.upload(tmp_path / "silence.wav"), "In the file silence.wav are only zeros")


def test_a_file_that_is_too_large_is_refused(browser):
    """Memory is not filled by whoever sends and sends."""
    browser.say({"kind": "begin", "transfer": 1, "file": "big.wav", "rate": None})
    browser.say({"kind": "chunk", "transfer": 1, "number": 0}, bytes(LARGEST_FILE))
    answer = browser.say({"kind": "chunk", "transfer": 1, "number": 1}, b"1")
    assert browser.is_refused(answer, "More arrived of the file big.wav than was announced")


def test_a_clip_can_be_chosen_and_everything_discarded(browser):
    """After discarding, the first clip stands there again."""
    content, _ = browser.say({"kind": "clip", "name": "no_loud"})
    assert content["clip"] == "no_loud"
    np.testing.assert_array_equal(browser.recorder.amplitudes, audio.clip("no_loud"))
    browser.record(tone())
    content, _ = browser.say({"kind": "discard"})
    assert content["clip"] == "yes_loud" and "Nothing is recorded yet" in content["caption"]
    np.testing.assert_array_equal(browser.recorder.amplitudes, audio.clip("yes_loud"))


def test_where_no_kernel_runs_there_is_a_player(browser):
    """The last recording, with its caption; a file's name is text, not markup."""
    browser.transfer([tone().tobytes()], RATE, "<b>me</b>.wav", "whole")
    data, _ = browser.recorder._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert '<audio controls aria-label="the file &lt;b&gt;me&lt;/b&gt;.wav"' in data["text/html"]
    assert "<b>" not in data["text/html"] and "peak -6.0 dBFS" in data["text/html"]
    assert data["text/plain"].startswith("Recorder: The file")


@pytest.mark.parametrize("seconds", [0, -1, 61, "10", None, True, float("nan"), ...])
def test_a_limit_that_is_none_is_refused(seconds):
    """At the call, not in the browser."""
    with pytest.raises(audio.AudioError, match="is no time limit"):
        Recorder(seconds=seconds)


def test_clips_must_be_clips():
    """At least one, and each of the course."""
    with pytest.raises(audio.AudioError, match="Name at least one"):
        Recorder(clips=())
    with pytest.raises(audio.AudioError, match="is not a clip of the course"):
        Recorder(clips=("yes_loud", "maybe_loud"))


def test_seconds_and_clips_are_as_asked():
    """One clip may be named without a tuple."""
    assert Recorder(seconds=3, clips="welcome").clips == ["welcome"]
    np.testing.assert_array_equal(Recorder(clips=("no_quiet", "yes_loud")).amplitudes, audio.clip("no_quiet"))
