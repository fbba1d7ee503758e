"""Players: what a notebook shows and plays."""

import base64
import io
import re

import numpy as np
import pytest
import soundfile

from course import audio

ONE_STEP = 1 / 32768


def tone(frequency, sample_rate=audio.SAMPLE_RATE, seconds=0.5, amplitude=0.5):
    """A sine, float32 [n_samples]."""
    t = np.arange(round(seconds * sample_rate)) / sample_rate
    return (amplitude * np.sin(2 * np.pi * frequency * t)).astype(np.float32)


def heard(player):
    """The samples, float64, and the rate in Hz of what a player's HTML holds."""
    data = re.search(r'src="data:audio/wav;base64,([A-Za-z0-9+/=]+)"', player._repr_html_()).group(1)
    return soundfile.read(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("amplitude", [0.001, 0.1, 1.0])
def test_play_does_not_normalise(amplitude):
    """A quiet sound stays quiet: the player holds the very samples, at their rate."""
    samples, rate = heard(audio.play(tone(440, amplitude=amplitude), "tone"))
    assert rate == audio.SAMPLE_RATE
    np.testing.assert_allclose(samples, tone(440, amplitude=amplitude), atol=1.01 * ONE_STEP)


def test_play_turns_down_what_would_clip_and_says_so():
    """A peak of 1.5 is brought to 1, 3.5 dB less, without a change of shape."""
    loud = tone(440, amplitude=1.5)
    player = audio.play(loud, "loud")
    samples, _ = heard(player)
    np.testing.assert_allclose(samples, loud / np.abs(loud).max(), atol=1.01 * ONE_STEP)
    assert "loud (0.5 s, turned down by 3.5 dB so that it does not clip)" in player._repr_html_()
    assert "turned down" not in audio.play(tone(440, amplitude=1.0), "tone")._repr_html_()
    assert "turned down" not in repr(audio.play(np.array([np.nextafter(1, 2)]), "tone"))
    assert "turned down by less than 0.1 dB" in repr(audio.play(np.array([1.0001]), "tone"))


def test_play_is_a_labelled_figure_that_waits_to_be_started():
    """A figure with a caption, native controls with a name, and no autoplay."""
    player = audio.play(tone(440, 8000, seconds=2.26), "my voice", 8000)
    html = player._repr_html_()
    assert html.startswith("<figure") and html.endswith("</figure>")
    assert "<figcaption>my voice (2.3 s)</figcaption>" in html
    assert '<audio controls aria-label="my voice"' in html
    assert "autoplay" not in html
    assert heard(player)[1] == 8000
    assert repr(player) == "Player: my voice (2.3 s)"


def test_one_frame_is_not_called_zero_seconds():
    """A frame of 512 samples is 23 ms."""
    assert "(23 ms)" in repr(audio.play(np.zeros(512), "frame"))


def test_labels_are_escaped():
    """What looks like HTML in a label is shown, not obeyed."""
    html = audio.play(tone(440), '"><script>alert(1)</script>&')._repr_html_()
    assert "<script>" not in html
    assert html.count("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;") == 2


def test_an_unfinished_stub_gives_a_placeholder():
    """The ... of a stub is no error: there is nothing to play yet."""
    player = audio.play(..., "your answer")
    assert "your answer (nothing to play yet)" in player._repr_html_()
    assert "<audio" not in player._repr_html_()
    assert repr(player) == "Player: your answer (nothing to play yet)"


def test_a_rate_in_the_place_of_the_label_is_noticed():
    """play(x, 16000) would play at the wrong rate: it is refused, with the right call."""
    with pytest.raises(audio.AudioError, match="label: 16000 is not a text"):
        audio.play(tone(440), 16000)


def test_a_player_keeps_the_sound_as_it_was():
    """Changing an array after play does not change what is heard."""
    amplitudes = tone(440)
    player = audio.play(amplitudes, "tone")
    amplitudes[:] = 0
    assert np.abs(heard(player)[0]).max() == pytest.approx(0.5, abs=0.001)


def test_compare_puts_players_side_by_side():
    """One player a sound, in order, in a row that wraps, with the theme's own colours."""
    comparison = audio.compare({"before": tone(440), "after": tone(880, amplitude=0.1), "yours": ...})
    html = comparison._repr_html_()
    assert re.findall(r"<figcaption>(\w+)", html) == ["before", "after", "yours"]
    assert html.count("<audio controls") == 2
    assert "display: flex; flex-wrap: wrap" in html
    assert not re.search(r"black|white|#[0-9a-f]{3}|rgb\(", re.sub(r"base64,[^\"]*", "", html))
    assert np.abs(heard(comparison.players[1])[0]).max() == pytest.approx(0.1, abs=0.001)
    assert repr(comparison).splitlines()[2] == "Player: yours (nothing to play yet)"


def test_compare_names_the_sound_that_cannot_be_played():
    """Among several sounds, the message begins with the label of the one that is wrong."""
    with pytest.raises(audio.AudioError, match=r"^after: 1 sample is not finite"):
        audio.compare({"before": tone(440), "after": np.array([np.nan])})


@pytest.mark.parametrize("sounds", [{}, [tone(440)], ...])
def test_compare_of_nothing_is_refused(sounds):
    """compare wants labels and sounds."""
    with pytest.raises(audio.AudioError, match="holds nothing to compare"):
        audio.compare(sounds)
