"""Recorded pages instead of the network: `make demo` and tests."""

import os
from pathlib import Path

from settings.base import *

DATA_DIR = os.environ.get("DATA_DIR", "data/replay")
REPLAY_DIR = os.environ.get("REPLAY_DIR", str(Path(__file__).parents[1] / "tests" / "fixtures"))
DOWNLOAD_HANDLERS = {
    "http": "crawler.network.replay.ReplayHandler",
    "https": "crawler.network.replay.ReplayHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_DELAY = 0
FEED_STALE_DAYS = 0  # recorded feeds are as old as they are
CONCURRENT_REQUESTS_PER_DOMAIN = 8
LOG_LEVEL = "WARNING"
