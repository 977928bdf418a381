"""What runs beside the crawl: evidence, the frontier, the run report, progress."""
