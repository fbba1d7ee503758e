"""What an instructor runs: builds the release, judges submissions, writes marks and feedback."""
