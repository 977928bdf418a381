"""Scheduled runs: a log file a run, bounds on time and memory."""

import os
import sys
from datetime import UTC, datetime

from settings.base import *
from settings.base import CONTACT, DATA_DIR

if not CONTACT:
    print("production: set CONTACT to an address at which you can be reached", file=sys.stderr)
    raise SystemExit(2)

LOG_LEVEL = "INFO"
# Made by the crawl command when a run begins.
LOG_FILE = f"{DATA_DIR}/logs/{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.log"

CLOSESPIDER_TIMEOUT = 6 * 3600
MEMUSAGE_LIMIT_MB = 2048
