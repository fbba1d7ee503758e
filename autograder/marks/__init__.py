"""Marks and feedback on their way out: files that Moodle, Canvas, a spreadsheet and nbgrader take."""
