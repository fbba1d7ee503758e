"""The class report: one page about a class, from the gradebook and the graded notebooks."""
