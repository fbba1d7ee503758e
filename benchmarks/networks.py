"""How much the networks gain: python -m benchmarks.networks [FOLDER]

The inverters of lesson 08, trained as in the lesson, on speakers they never heard: the held-out ones of the bundled
corpus; and, of a folder with recordings of several speakers (Free Spoken Digits, for one), two at a time, trained on
the others. Each against the inverse DCT of the same coefficients:

- distance: log-spectral distance of mel power, RMS over the bands in dB, mean over the frames; small is good;
- SNR: of mel amplitudes, the root of mel power; energies summed over all frames of a speaker, in dB, and of that the
  mean over the speakers; large is good;
- in one sum: the same with all speakers in one sum, for amplitudes and for power.

After them the VAE of lesson 09, against a PCA. The last line has the gain in SNR (mel amplitudes, mean over the
held-out speakers of the bundled corpus) by the number of coefficients, in dB, and the mean squared errors of both ways
to twenty numbers a word.
"""

import contextlib
import io
import json
import sys
import time

import numpy as np
import scipy.fft

from assets.networks.make_inverters import SEED, inverter
from autograder.folders import find_course
from autograder.lesson import Lesson
from benchmarks.vae import vae_figures
from course import corpus, inversion

KEPT = (13, 20, 40)
TIMES = 2
"""How often every voice is heard, as in the lesson."""
TOP_HZ_OF_8_KHZ, BANDS_OF_8_KHZ = 4000, 60
"""Of recordings with 8000 samples a second; more bands would be narrower than a bin."""
COLUMNS = ("distance", "SNR", "SNR, one sum", "power, one sum")


def main() -> None:
    """Measure, and print."""
    summary = inverters()
    if len(sys.argv) > 1:
        real_inverters(corpus.from_folder(sys.argv[1]))
    print(json.dumps(summary | vae_figures()))


def inverters() -> dict:
    """Print the table of the bundled corpus; the gain in SNR by the number of coefficients."""
    words = corpus.bundled()
    heard, strangers = words.where(~words.held_out), words.where(words.held_out)
    print(f"bundled corpus: trained on {len(set(heard.speakers))} speakers, tested on {len(set(strangers.speakers))}")
    rows = _compared(heard, strangers, n_watching=6)
    gains = {str(n): round(rows[n]["network"][1] - rows[n]["inverse DCT"][1], 2) for n in rows}
    return {"inverter_gain_db": gains}


def real_inverters(words: corpus.Corpus) -> None:
    """Print the table of recordings: every two speakers once held out, trained on the others."""
    speakers = list(dict.fromkeys(words.speakers))
    for pair in (speakers[place : place + 2] for place in range(0, len(speakers), 2)):
        held_out = np.isin(words.speakers, pair)
        print(f"recordings: trained on {len(speakers) - len(pair)} speakers, tested on {' and '.join(pair)}")
        _compared(words.where(~held_out), words.where(held_out), 1, BANDS_OF_8_KHZ, TOP_HZ_OF_8_KHZ)


def _compared(
    heard: corpus.Corpus,
    strangers: corpus.Corpus,
    n_watching: int,
    n_bands: int = inversion.N_BANDS,
    top_hz: float = inversion.TOP_HZ,
) -> dict[int, dict[str, list[float]]]:
    """Train for each number of coefficients, print and give the scores of both ways."""
    lesson = Lesson(find_course() / "source" / "08_mfcc_inversion").reference
    bands = {"n_mels": n_bands, "fmax": top_hz}
    watching = lesson.split_by_speaker(heard.speakers, n_watching, SEED)
    training = [
        each
        for time_ in range(TIMES)
        for each in inversion.varied_log_mels(heard.where(~watching), SEED + time_, **bands)
    ]
    validation = inversion.log_mels(heard.where(watching), **bands)
    asked = inversion.log_mels(strangers, **bands)
    who = np.repeat(strangers.speakers, [each.shape[1] for each in asked])
    target = np.hstack(asked)
    print(f"{'':18}" + "".join(f"{name:>16}" for name in COLUMNS))
    rows = {}
    for n in KEPT:
        begun = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            network = inverter(lesson, training, validation, n)
        seconds = time.perf_counter() - begun
        cepstra = [scipy.fft.dct(each, axis=0, norm="ortho")[:n] for each in asked]
        estimates = {
            "inverse DCT": np.hstack([inversion.smooth(each, n_bands) for each in cepstra]),
            "network": np.hstack([inversion.invert(network, each) for each in cepstra]),
        }
        rows[n] = {name: _scores(lesson, target, each, who) for name, each in estimates.items()}
        for name, scores in rows[n].items():
            took = f"   {seconds:.0f} s" if name == "network" else ""
            print(f"{n:2} {name:15}" + "".join(f"{each:16.2f}" for each in scores) + took)
    return rows


def _scores(lesson, log_target: np.ndarray, log_estimate: np.ndarray, who: np.ndarray) -> list[float]:
    """One number for each of COLUMNS."""
    (target, estimate), (power, estimated) = (
        (np.exp(part * log_target), np.exp(part * log_estimate)) for part in (0.5, 1.0)
    )
    voices = [who == speaker for speaker in dict.fromkeys(who)]
    return [
        inversion.distance_db(log_target, log_estimate),
        float(np.mean([lesson.mean_snr_db(target[:, voice], estimate[:, voice]) for voice in voices])),
        float(lesson.mean_snr_db(target, estimate)),
        float(lesson.mean_snr_db(power, estimated)),
    ]


if __name__ == "__main__":
    main()
