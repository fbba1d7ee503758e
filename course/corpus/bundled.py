"""The corpus that ships with the course."""

import json
from functools import cache
from itertools import pairwise

from course.assets import assets_folder
from course.corpus.corpus import Corpus
from course.corpus.utterance import Utterance


@cache
def bundled() -> Corpus:
    """Give the corpus that ships with the course: short words in the voices of two speech synthesisers.

    Sixty speakers say forty words each; five of them say the letters of the alphabet as well. Thirteen speakers are
    held out: none of them shares a voice with the others, and a network should not hear them before it is tested.

    Returns
    -------
    Corpus
        Speaker by speaker; always the same one.

    Raises
    ------
    FileNotFoundError
        If the course's own files are missing.
    """
    folder = assets_folder() / "corpus"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return Corpus(
        Utterance(speaker, label, folder / "voices" / f"{speaker}.ogg", known["held_out"], first, last)
        for speaker, known in index.items()
        for label, (first, last) in zip(known["labels"], pairwise([0, *known["ends"]]), strict=True)
    )
