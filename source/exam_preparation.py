# %% [markdown]
# # Exam preparation
#
# > **You answer** questions as examiners in this field ask them, over all lessons: numbers with their units,
# > choices, derivations, code to read and to write, pictures to see and sounds to hear.
# > **You get** a reply to each answer, the worked solution, and the place to read again.
# > **You can say afterwards** what you know, what is fading, and what to repeat on which day.
# >
# > Five minutes a day are better than an afternoon before the exam. Numbers are drawn anew each time.

# %%
from course.exam.bank import questions
from course.exam.chart import known_chart
from course.exam.progress import Progress
from course.widgets import MockExam, Quiz

# %% [markdown]
# ## What is due today
#
# First comes what you were asked before and are about to forget, then what is new. Type numbers as you like, `1,025`
# or `1.025e3`, `0.5 s` or `500 ms`: what can't be read costs
# nothing. The first answer to a question counts; after that, try as often as you like. *Show me* gives the answer,
# and counts as not known. With the keyboard alone: Enter answers, and Enter goes on.

# %%
Quiz()

# %% [markdown]
# ## What you know by now
#
# Run this cell again whenever you want to know. It reads your diary, one file on your machine that no one else sees:
# it keeps what you were asked, when, and how it went.

# %%
known_chart(Progress(questions()))

# %% [markdown]
# ## One lesson, the weakest first
#
# Before you go on to the next lesson, or after you have read one again. What was never asked follows what went wrong.

# %%
Quiz(lessons=["02_stft"], first="weak")

# %% [markdown]
# ## A mock exam
#
# 90 minutes, five tasks of ten points, drawn from all lessons. The clock runs from *Begin* on, even if you leave. Each
# answer is kept at once, and you can change it until you hand in: run this cell again, and you go on where you were.
# Derivations you mark yourself afterwards, by the points of a model answer. What went wrong is due again in the quiz.

# %%
MockExam()

# %% [markdown]
# The same exam goes on in a terminal with `python -m course exam mock`. With `--page exam.html` behind it you get one
# as a page to print, to be done with a pencil.

# %% [markdown]
# ## You can now explain …
#
# Choose three questions that went wrong, and explain their solutions aloud, to somebody or to the wall. Where you get
# stuck, there is what to read again.
