"""The part of the sandbox that runs inside it. Nothing here is trusted once a student's code has run beside it."""
