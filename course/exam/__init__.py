"""Exam preparation: questions that never repeat themselves, a diary of answers, a mock exam, exports."""
