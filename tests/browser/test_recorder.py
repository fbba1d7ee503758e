"""The recorder in a real JupyterLab, with Chromium's own false microphone, which plays a file."""

import time

import numpy as np
import pytest
import scipy.signal
import soundfile

from course import audio
from tests.browser.lab import NO_TLS, find_chromium, new_page, run_all
from tests.browser.watching import PATIENCE, write_notebook

RATE = 48000
FINE = 4 * RATE
SECONDS = 5
RECORDINGS = 4
CELLS = (
    f"from course.widgets.recorder import Recorder\nrecorder = Recorder(seconds={SECONDS})\nrecorder",
    "import os\nimport numpy as np\n"
    'np.savez("half.npz", raw=recorder.raw, rate=recorder.raw_rate, amplitudes=recorder.amplitudes)\n'
    'os.replace("half.npz", "held.npz")',
    "import time\ntime.sleep(4)",
)


def spoken():
    """What is said into the microphone: a tone that rises, and a voice; float32 at 48 kHz, 4.2 s."""
    t = np.arange(round(1.5 * RATE)) / RATE
    chirp = 0.4 * scipy.signal.chirp(t, 100, t[-1], 6000)
    voice = audio.resample(audio.clip("voice_slt"), audio.SAMPLE_RATE, RATE)
    return np.concatenate([chirp, 0.8 * voice]).astype(np.float32)


@pytest.fixture(scope="module")
def folder(lab):
    """A notebook with a recorder; sounds, and a file that is none."""
    folder = lab.folder("recorder")
    write_notebook(folder / "recorder.ipynb", CELLS)
    soundfile.write(folder / "spoken.wav", spoken(), RATE)
    soundfile.write(folder / "me.wav", spoken()[: 2 * RATE], RATE)
    (folder / "rubbish.wav").write_bytes(b"not a sound\n" * 1000)
    return folder


@pytest.fixture(scope="module")
def with_microphone(chromium, folder):
    """A browser whose microphone plays the file, once, from where it is opened."""
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={folder / 'spoken.wav'}%noloop",
        f"--host-resolver-rules=MAP {NO_TLS} 127.0.0.1",
    ]
    browser = chromium.browser_type.launch(executable_path=find_chromium(), args=flags)
    yield browser
    browser.close()


class Panel:
    """A recorder as somebody sees it."""

    def __init__(self, browser, address, folder, permissions=("microphone",)):
        self.page, self.folder = new_page(browser), folder
        self.page.context.grant_permissions(list(permissions))
        run_all(self.page, address, "recorder/recorder.ipynb")
        self.root = self.page.get_by_role("group", name="Recorder")
        self.status = self.root.get_by_role("status")
        self.file = self.root.get_by_label("sound file")
        self.clip = self.root.get_by_role("combobox", name="clip")
        self.says("Nothing is recorded yet")

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def says(self, *texts):
        """Wait until the status holds all these texts; give it."""
        status = self.status
        for text in texts:
            status = status.filter(has_text=text)
        status.wait_for(timeout=PATIENCE)
        return status.inner_text()

    def record(self, seconds):
        """Press Record, wait, press Stop, and wait for Python's answer."""
        self.button("Record").click()
        self.button("Stop").wait_for()
        self.page.wait_for_timeout(1000 * seconds)
        self.button("Stop").click()
        return self.says("Your recording")

    def run_cell(self, number):
        self.page.locator(".jp-CodeCell .cm-content").nth(number).click()
        self.page.keyboard.press("Control+Enter")

    def held(self):
        """What Python holds, by running the second cell."""
        path = self.folder / "held.npz"
        path.unlink(missing_ok=True)
        self.run_cell(1)
        end = time.monotonic() + 20
        while not path.exists():
            assert time.monotonic() < end
            time.sleep(0.1)
        with np.load(path) as held:
            return dict(held)


@pytest.fixture(scope="module")
def panel(with_microphone, lab, folder):
    panel = Panel(with_microphone, lab.address, folder)
    yield panel
    panel.page.close()


@pytest.fixture(autouse=True)
def console(request):
    """Whatever is done, the console has nothing to complain about."""
    yield
    if "panel" in request.fixturenames:
        assert request.getfixturevalue("panel").page.complaints == []


def correlations(arrived, rate, window=0.25):
    """Normalised correlation of each window of what was spoken that is not silent, at the lag where it is best.

    The first is left out: the file has begun to play before anybody listens.
    """
    # so fine that half a sample does not matter
    arrived, sent = audio.resample(arrived, rate, FINE), audio.resample(spoken(), RATE, FINE)
    lags = scipy.signal.correlation_lags(len(arrived), len(sent))
    lag = lags[np.argmax(scipy.signal.correlate(arrived, sent))]
    length, slack = round(window * FINE), round(0.02 * FINE)
    around = np.pad(arrived.astype(float), len(sent))
    found = []
    for start in range(length, len(sent) - length + 1, length):
        part = sent[start : start + length].astype(float)
        first = len(sent) + start + lag - slack
        stretch = around[first : first + length + 2 * slack]
        if np.sqrt(np.mean(part**2)) > 0.003:
            products = scipy.signal.correlate(stretch, part, "valid")
            energy = scipy.signal.correlate(stretch**2, np.ones(length), "valid")
            found.append(np.max(products / np.sqrt(np.sum(part**2) * np.maximum(energy, 1e-9))))
    return np.array(found)


def test_what_is_said_into_the_microphone_arrives(panel):
    """The known signal, window by window, in `raw` and in `amplitudes`.

    Where the computer stalls, Chromium puts 10 ms of silence into what its microphone gives, or loses as much (in one
    recording of ten on an idle machine, in four of ten on a busy one). So each window is to arrive whole in one of the
    recordings.
    """
    best = {"raw": 0, "amplitudes": 0}
    for _ in range(RECORDINGS):
        panel.record(4.6)
        held = panel.held()
        for name, rate in (("raw", int(held["rate"])), ("amplitudes", audio.SAMPLE_RATE)):
            best[name] = np.maximum(best[name], correlations(held[name], rate))
            # nothing has made it louder or softer
            assert np.abs(held[name]).max() == pytest.approx(np.abs(spoken()).max(), rel=0.05)
            assert held[name].dtype == np.float32
        if all(by_windows.min() >= 0.99 for by_windows in best.values()):
            break
    for by_windows in best.values():
        assert len(by_windows) >= 13 and by_windows.min() >= 0.99


def test_meter_and_clock_run_while_recording(panel):
    """The level rises from its foot, the time left goes down, and both rest afterwards."""
    meter, clock = panel.root.get_by_role("meter"), panel.root.get_by_role("timer")
    panel.button("Record").click()
    panel.page.wait_for_function("document.querySelector('.resound-recorder meter').value > -20")
    panel.page.wait_for_function("parseFloat(document.querySelector('.resound-recorder .left').textContent) < 4.5")
    assert clock.inner_text().endswith("s left") and panel.root.get_by_text("dBFS", exact=False).count() > 0
    panel.button("Stop").click()
    panel.says("Your recording")
    assert meter.evaluate("meter => meter.value") == -60 and clock.inner_text() == f"up to {SECONDS} s"


def test_at_the_limit_it_stops_and_keeps_what_it_has(panel):
    """Exactly so many seconds, and it is said why it stopped."""
    panel.button("Record").click()
    panel.says("Your recording: 5.0 s", "The limit was reached: the first 5 s are kept.")
    held = panel.held()
    assert held["raw"].size == SECONDS * held["rate"]
    assert panel.button("Record").count() == 1


def test_everything_works_by_keyboard_alone(panel):
    """Record, stop, play, stop playing, discard, choose a clip: by Tab, Space, Enter and arrows; no key gets lost."""
    keyboard = panel.page.keyboard
    panel.record(0.5)
    panel.button("Record").focus()
    keyboard.press("Space")
    panel.says("Recording.")
    for key in ("b", "ArrowDown", "d", "d"):
        keyboard.press(key)
    panel.page.wait_for_timeout(1200)
    keyboard.press("Enter")
    panel.says("Your recording: 1.")
    keyboard.press("Tab")
    keyboard.press("Enter")
    panel.button("Stop playing").wait_for()
    keyboard.press("Space")
    panel.button("Play").wait_for()
    keyboard.press("Tab")
    keyboard.press("Enter")
    panel.says("Nothing is recorded yet")
    assert panel.button("Record").evaluate("button => button === document.activeElement")
    panel.clip.focus()
    keyboard.press("ArrowDown")
    panel.says("clip no_loud")
    assert panel.page.locator(".jp-CodeCell").count() == len(CELLS)
    np.testing.assert_array_equal(panel.held()["amplitudes"], audio.clip("no_loud"))


def test_a_recording_arrives_while_a_cell_runs(panel):
    """Nothing of it is lost, whenever the kernel finds time for it."""
    panel.run_cell(2)
    assert "Your recording: 1." in panel.record(1)
    panel.page.wait_for_timeout(4000)


def test_it_plays_to_the_end(panel):
    """Play becomes Stop playing, and again Play when the sound is over; it is long, for a busy machine looks late."""
    panel.clip.select_option("welcome")
    panel.says("The course's clip welcome")
    panel.button("Play").click()
    panel.button("Stop playing").wait_for()
    panel.button("Play").wait_for(timeout=8000)


def test_a_file_can_be_uploaded(panel, folder):
    """It arrives sample by sample, twice the same file as well."""
    for _ in range(2):
        panel.file.set_input_files(folder / "me.wav")
        panel.says("The file me.wav: 2.0 s at 48000 Hz")
        np.testing.assert_array_equal(panel.held()["raw"], audio.load(folder / "me.wav", RATE))
        panel.clip.select_option("welcome")
        panel.says("clip welcome")


def test_a_file_that_python_cannot_read_is_read_by_the_browser(panel, folder):
    """Such as what the browser itself records: Opus in WebM."""
    content = panel.page.evaluate(
        """async () => {
            const context = new AudioContext();
            const tone = new OscillatorNode(context, { frequency: 1000 });
            const target = context.createMediaStreamDestination();
            tone.connect(target);
            const recorder = new MediaRecorder(target.stream);
            const ended = new Promise(resolve => { recorder.ondataavailable = ({ data }) => resolve(data); });
            tone.start();
            recorder.start();
            setTimeout(() => recorder.stop(), 1200);
            const bytes = new Uint8Array(await (await ended).arrayBuffer());
            context.close();
            return [...bytes];
        }"""
    )
    (folder / "tone.webm").write_bytes(bytes(content))
    panel.file.set_input_files(folder / "tone.webm")
    panel.says("The file tone.webm: 1.")
    amplitudes = panel.held()["amplitudes"][4000:20000]
    spectrum = np.abs(np.fft.rfft(amplitudes * np.hanning(len(amplitudes))))
    assert np.argmax(spectrum) * audio.SAMPLE_RATE / len(amplitudes) == pytest.approx(1000, abs=5)


def test_a_file_that_is_no_sound_is_refused_and_another_can_follow(panel, folder):
    """The message names the file and the way out."""
    panel.file.set_input_files(folder / "rubbish.wav")
    panel.says("rubbish.wav: is damaged, cut off, or no sound file", "convert it to WAV")
    panel.file.set_input_files(folder / "me.wav")
    panel.says("The file me.wav")


def is_usable_without_microphone(panel, folder):
    """Upload, and a clip, and Record again."""
    panel.file.set_input_files(folder / "me.wav")
    panel.says("The file me.wav")
    np.testing.assert_array_equal(panel.held()["raw"], audio.load(folder / "me.wav", RATE))
    panel.clip.select_option("no_quiet")
    panel.says("clip no_quiet")
    return panel.button("Record").is_enabled() and panel.page.complaints == []


def test_a_denied_microphone(panel, folder):
    """Says where to allow it; upload and clips stay."""
    panel.page.context.clear_permissions()
    panel.button("Record").click()
    panel.says("The microphone is denied to this page. Allow it", "upload a sound file")
    assert is_usable_without_microphone(panel, folder)
    panel.page.context.grant_permissions(["microphone"])
    assert "s at 48000 Hz" in panel.record(1) or "s at 44100 Hz" in panel.record(1)


def test_no_microphone(chromium, lab, folder):
    """Says that there is none; upload and clips stay."""
    browser = chromium.browser_type.launch(
        executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-audio-input"]
    )
    panel = Panel(browser, lab.address, folder)
    panel.button("Record").click()
    panel.says("No microphone was found", "upload a sound file")
    assert is_usable_without_microphone(panel, folder)
    browser.close()


def test_an_insecure_page(with_microphone, lab, folder):
    """Plain http on another computer's name: says why there is no microphone; upload and clips stay."""
    panel = Panel(with_microphone, lab.address.replace("127.0.0.1", NO_TLS), folder, permissions=())
    assert panel.page.evaluate("isSecureContext") is False
    panel.button("Record").click()
    panel.says("begins with https:// or with http://localhost", "upload a sound file")
    assert is_usable_without_microphone(panel, folder)
    panel.page.close()


def test_every_control_has_a_role_and_a_name(panel):
    """As a screen reader finds them; no two alike."""
    panel.record(0.5)
    tree = panel.root.aria_snapshot()
    named = ['group "Recorder"', 'button "Record"', 'button "Play"', 'button "Discard"', 'timer "Time left"']
    named += ['meter "Level in dBFS"', 'button "Or a sound file"', 'combobox "Or a clip"', "status"]
    assert [name for name in named if tree.count(name) != 1] == []


def test_it_fits_where_it_stands(panel):
    """Nothing is cut off down to a telephone's width."""
    fits = "root => root.scrollWidth <= root.clientWidth"
    assert panel.root.evaluate(fits)
    # put the list of files away
    panel.page.locator(".jp-CodeCell .cm-content").first.click()
    panel.page.keyboard.press("Control+b")
    panel.page.set_viewport_size({"width": 360, "height": 900})
    panel.page.wait_for_function("document.querySelector('.resound-recorder').clientWidth < 300")
    assert panel.root.evaluate(fits)
    panel.page.set_viewport_size({"width": 1280, "height": 900})
    panel.page.keyboard.press("Control+b")
