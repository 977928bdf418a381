"""Whether an archive is what its runs wrote: files, records, captures, state, and what is read."""
