"""From pages of an unknown template and what is known of their articles, a page class to begin with.

Pure: pages and records in, text out. `crawler.suggestions` gathers the pages, `scrapy refused
--suggest` prints the text. Nothing here is sure: a rule is proposed where it finds what is known on
every page that prints it, and says on how many pages that was.
"""
