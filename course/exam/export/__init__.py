"""Questions for other programs: flash cards for Anki, a bank of questions for Moodle."""
