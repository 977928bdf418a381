"""One module per portal: its facts, its layouts and its spider."""
