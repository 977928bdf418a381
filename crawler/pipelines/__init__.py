"""From what a page prints to what it means: one step per file."""
