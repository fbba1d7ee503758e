"""What goes wrong in a way that an instructor or an author can help."""


class PlainError(Exception):
    """The message names the place and the way out; whoever runs a command reads it instead of a traceback."""
