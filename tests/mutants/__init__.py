"""Fixture pages of all portals, spoilt in many ways and read as the crawl reads them.

Whatever happens to a page, what is read is the right article or a `PageError`. Each mutation says
what else it promises: that a person reads the same (`SAME`), that a person may see that something
is wrong (`SAME_OR_REFUSED`), the same where a place that was empty may take what was put there
(`ADDED`), or only that what is read is printed on the page (`PRINTED`). Where the article begins
and ends is found in the page by what is read of it unspoilt. What a page prints is found without
the project's readers, by `html.parser` of the standard library; where that and libxml2 take a
broken tag differently, by a plain walk of libxml2's tree. Titles, attributes, scripts and comments
print something where the portal's unspoilt pages print it there and nowhere else.

Not judged: another article's page that does not say whose it is, and one of China Daily or Xinhua
whose id is of another of their systems; notes that stand in what holds the text, below it.

`python -m tests.mutants --pages 10000 --seed 1 --jobs 2` prints counts and failures, each with the
number that makes it again (`--number`), and keeps its page in a folder for temporary files.
"""
