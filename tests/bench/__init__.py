"""Measures the crawl against bare Scrapy and re-extraction against trafilatura, on loopback.

`python -m tests.bench` prints the figures of this machine; it reports and never fails on a figure.
"""
