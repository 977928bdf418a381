"""What is true in every environment: components, manners, identity."""

import os

from crawler import __version__

BOT_NAME = "state-media-archive"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# Where everything is kept: raw/, archive/, runs/, state/.
DATA_DIR = os.environ.get("DATA_DIR", "data")

# Who asks. A portal's webmaster must be able to reach the person who runs this.
CONTACT = os.environ.get("CONTACT", "")
USER_AGENT = f"{BOT_NAME}/{__version__} (+{CONTACT or 'no contact given'})"

# Manners: one request at a time and a pause for each host, robots.txt obeyed. Four seconds were
# used on these portals by others without trouble.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 4.0
# The Wayback Machine is asked one thing at a time, whatever is set for the portals.
DOWNLOAD_SLOTS = {"web.archive.org": {"concurrency": 1}}
COOKIES_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.network.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.network.offsite.OffsiteMiddleware": 50,
    "crawler.salvage.SalvageMiddleware": 60,  # what is here already is not asked for
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.network.compression.CompressionMiddleware": 590,
    "crawler.network.throttle.Throttle": 570,  # sees bodies as they are read, before Scrapy retries
    "crawler.network.budget.Budget": 960,  # the last before the downloader: what it lets pass is sent
}

# A host that refuses (429, 503, a page of its firewall) rests, and is asked more slowly then.
BACKOFF_SECONDS = 30  # its first rest where it names none itself; each further one is doubled
BACKOFF_MAX = 600  # a host that asks for more is left alone for this run
BACKOFF_BURSTS = 5  # rests in a row, no good answer between, after which it is left alone
CRAWL_DELAY_MAX = 300  # a host whose robots.txt asks for more is left alone

# The network.
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # counted and reported; no error of ours
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False  # a page that reloads itself is read as it came
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
    # Bodies are kept as transferred, so only codings that every WARC reader undoes are asked for.
    "Accept-Encoding": "gzip, deflate",
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.network.wire.WireDownloadHandler",
    "https": "crawler.network.wire.WireDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# Nothing listens.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# What runs beside the crawl, in the order it is closed.
EXTENSIONS = {
    "crawler.extensions.capture.RawCapture": 100,
    "crawler.extensions.frontier.StateFrontier": 200,
    "crawler.extensions.progress.Progress": 300,
    "crawler.extensions.runs.RunReport": 900,
}
ITEM_PIPELINES = {
    "crawler.pipelines.dates.DatePipeline": 200,
    "crawler.pipelines.window.WindowPipeline": 250,
    "crawler.pipelines.bylines.BylinePipeline": 300,
    "crawler.pipelines.sources.SourcePipeline": 400,
    "crawler.pipelines.checks.CheckPipeline": 420,
    "crawler.pipelines.provisional.ProvisionalPipeline": 450,
    "crawler.pipelines.dedupe.DedupePipeline": 500,
    "crawler.pipelines.archive.ArchivePipeline": 800,
    "crawler.pipelines.provisional.SupersededPipeline": 850,
}

# The crawl.
SCHEDULER_PRIORITY_QUEUE = "crawler.network.queues.HostQueue"  # no host takes another's place
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # listings in the order of the sections
LISTING_PAGES = 20  # listing pages a path at most; -a pages=N for one run
FEED_STALE_DAYS = 31  # a feed whose newest entry is older is dead; 0: not looked at
FAILED_ATTEMPTS = 5  # runs that try a link which no listing shows any more, or which is gone
SECOND_OPINION_EVERY = 50  # one in so many articles is read generically, too; 0: none
REFUSED_MAX = 0.2  # share of refused articles above which a run is unhealthy

# Files.
RAW_CAPTURE_ENABLED = True
RAW_SEGMENT_BYTES = 1_000_000_000
ARCHIVE_SEGMENT_BYTES = 256_000_000
STATE_BUSY_SECONDS = 10  # how long a run waits for another portal's to end its transaction
SEGMENT_SECONDS = 900  # a file older than this is closed at its next record; a ledger is written

# What Scrapy does for every response and this project has no use for: a hundred tasks for its
# items, a look at the callback's source, counting depth, measuring addresses.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
FEED_EXPORT_ENCODING = "utf-8"
PROGRESS_SECONDS = 0
LOG_LEVEL = "INFO"
