"""What is kept on disk: WARC files, JSON Lines files, the state, the lock."""
