"""Fixture pages of all portals, spoilt in many ways and read as the crawl reads them.

Whatever happens to a page, what is read is the right article or a `PageError`. Each mutation says
what else it promises: that a person reads the same (`SAME`), that a person may see that something
is wrong (`SAME_OR_REFUSED`), or only that what is read is printed on the page (`PRINTED`). What a
page prints is found without the project's readers, by `html.parser` of the standard library; where
that and libxml2 take a broken tag differently, by a plain walk of libxml2's tree.

`python -m tests.mutants --pages 10000 --seed 1 --jobs 2` prints counts and failures, each with the
number that makes it again (`--number`), and keeps its page in a folder for temporary files.
"""
