"""The tests of lesson LESSON_NUMBER. Each class is one exercise.

`visible` gives the cases of a student's own check; what begins with `test_` is hidden. The docstring of a hidden test
is what a student reads in the feedback. What stands in `library_has` is what an exercise asks to build: to call it
earns nothing.
"""

from autograder.testing import assert_close
from course import audio
from course.check.case import Axis, Case


class Emphasise:
    exercise = "emphasise"
    library_has = ("librosa.effects.preemphasis",)

    def visible(self):
        voice = audio.clip("yes_loud")[3000:]
        for n_samples, coefficient in [(40, 0.97), (60, 0.5), (300, 0.9)]:
            yield Case.of(voice[:n_samples], coefficient, axes=(Axis("sample", 1 / audio.SAMPLE_RATE, "s"),))

    def test_noise(self, answer, reference, rng):
        """Agrees with the reference on noise, with the usual coefficient."""
        x = rng.standard_normal(2000)
        assert_close(answer(x), reference(x))

    def test_coefficients(self, answer, reference, rng):
        """Takes the coefficient that it is given."""
        x = rng.standard_normal(300)
        for coefficient in rng.uniform(0.1, 0.9, size=3):
            assert_close(answer(x, float(coefficient)), reference(x, float(coefficient)))

    def test_first_sample(self, answer, reference, rng):
        """Lets the first sample pass as it is, even if it is the only one."""
        x = rng.uniform(0.5, 1.0, size=1)
        assert_close(answer(x), reference(x))
