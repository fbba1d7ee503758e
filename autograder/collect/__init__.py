"""Collecting: what students handed in to an LMS, or in folders, or to nbgrader's exchange, becomes submitted/."""
