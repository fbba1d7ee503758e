"""Where a student's code runs: a warm process in bubblewrap, a fork of it for each submission, namespaces, limits."""
