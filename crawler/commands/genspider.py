"""`scrapy genspider -t portal NAME DOMAIN`: Scrapy's own, with a template for portals.

Scrapy's templates go on working: `TEMPLATES_DIR` would take their place, and that of `startproject`
(2.19), so it is not set. A name that could not be a portal's, which Scrapy would change or write
to a file that cannot be imported, is refused.
"""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.commands.genspider import Command as ScrapyGenspider
from scrapy.commands.genspider import verify_url_scheme
from scrapy.exceptions import UsageError

from crawler.extensions.health import STORAGE, USAGE
from crawler.selection import UsageProblem
from crawler.stores.run import storage_failure
from crawler.urls import host_of

__all__ = ["Command"]

_TEMPLATES = Path(__file__).parents[1] / "templates" / "spiders"
_SPIDERS = Path(__file__).parents[1] / "spiders"
_NAME = re.compile("[a-z][a-z0-9]{1,30}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_NEXT = """Next: docs/adding-a-portal.md. The tests are red until its layouts have fixtures:
  scrapy savefixture URL"""


class Command(ScrapyGenspider):
    """Exit codes: 0 well, 2 usage, 4 the module cannot be written."""

    def short_desc(self) -> str:
        return "Generate a spider from a template; -t portal for a portal"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            super().process_options(args, opts)
        except UsageError as error:
            self._end(USAGE, str(error))
            raise SystemExit(USAGE) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with redirect_stdout(None):  # Scrapy says it in two lines, and exits with 0
            is_known = opts.list or self._find_template(opts.dump or opts.template)
        if not is_known:
            self._end(
                USAGE, f"no template {opts.dump or opts.template!r}; `-l` lists what there is"
            )
            return
        if opts.list or opts.dump or opts.template != "portal":
            super().run(args, opts)
            return
        try:
            _check(args)
            for path in (_SPIDERS / args[0], _SPIDERS / f"{args[0]}.py"):
                if path.exists() and not (opts.force and path.is_file()):
                    raise UsageProblem(f"{path} is there already")
            super().run(args, opts)
        except UsageProblem as problem:
            self._end(USAGE, str(problem))
        except OSError as error:
            self._end(STORAGE, storage_failure(error, _SPIDERS))
        else:
            print(_NEXT)

    def _generate_template_variables(
        self, module: str, name: str, url: str, template_name: str
    ) -> dict[str, Any]:
        known = super()._generate_template_variables(module, name, url, template_name)
        host = host_of(url)
        if template_name == "portal":
            known["domain"] = host.removeprefix("www.")
        return known | {"host": host, "year": f"{datetime.now(UTC):%Y}"}

    def _find_template(self, template: str) -> Path | None:
        own = _TEMPLATES / f"{template}.tmpl"
        return own if own.is_file() else super()._find_template(template)

    def _list_templates(self) -> None:
        super()._list_templates()
        print("\n".join(f"  {path.stem}" for path in sorted(_TEMPLATES.glob("*.tmpl"))))

    def _end(self, code: int, line: str) -> None:
        self.exitcode = code
        print(f"scrapy genspider: {line}", file=sys.stderr)


def _check(args: list[str]) -> None:
    """Raises `UsageProblem` if these are no name and domain of a portal."""
    if len(args) != 2:
        raise UsageProblem("a name and a domain: scrapy genspider -t portal NAME DOMAIN")
    name, domain = args
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise UsageProblem(
            f"{name!r} is no name of a portal: lower case letters and digits, a letter first, and"
            " no word of Python's"
        )
    host = host_of(verify_url_scheme(domain))
    if not _HOST.fullmatch(host) or "@" in domain or re.search(r":\d", domain):
        raise UsageProblem(f"{domain!r} is no domain, such as www.example.cn")
