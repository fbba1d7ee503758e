"""Exam preparation without a browser: `python -m course exam`."""
