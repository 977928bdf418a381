"""Runs by hand: quiet, with a line on the progress now and then."""

from settings.base import *

LOG_LEVEL = "WARNING"
PROGRESS_SECONDS = 10
