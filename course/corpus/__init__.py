"""Corpora: many utterances by many speakers. One ships with the course; others may lie in a folder.

>>> from course import corpus
>>> voices = corpus.bundled()
>>> print(voices)
2530 utterances by 60 speakers (13 held out), 66 labels, 19.9 minutes
>>> hello = voices.only(labels="hello")
>>> hello[0].speaker, hello.sound(0).shape
('clara', (15624,))
>>> mels = hello.where(~hello.held_out).mels()
>>> len(mels), mels[0].shape
(47, (80, 62))
"""

from course.corpus.bundled import bundled
from course.corpus.corpus import Corpus
from course.corpus.folder import from_folder
from course.corpus.utterance import CorpusError, Utterance

__all__ = ["Corpus", "CorpusError", "Utterance", "bundled", "from_folder"]
