"""Sixth Tone, www.sixthtone.com, of the Shanghai United Media Group.

State-owned by the city of Shanghai, not by the centre. Facts, each with where it was seen; no whole
page of today's was, so the article layout is second hand.

* Addresses: `/news/<7 digits>`, with a slug until 2022 (/news/1001883/why-ghost-marriages-live-on-
  in-rural-china, linked 2018-03-22; /news/1016770), short items `/ht_news/<7 digits>/<slug>` in
  2018. They are taken to be numbered together: the page itself tells its number, and one of another
  number is refused.
* A page holds its article as JSON in `script#__NEXT_DATA__`, `props.pageProps.detailData.data`:
  `contId`, `name`, `summary`, `content` (HTML), `pubTime`, `headPic`, `nodeInfo.name`,
  `authorList`, `topicList`, `textImageList`, whose pictures stand where the content has
  `.illustrationWrap[data-index]`, `atlasList`, `videoList`, `relateConts` (github
  YIZ-ops/SeventhTone, src/types.ts and src/api/news.ts, of March 2026). That the JSON is in the
  page, with `content`, `summary` and `headPic`: an importer of feeds.
* Printed are headline, summary, `Apr 08, 2021` and `#media` (text of /news/1007185). The credit of
  the picture at the head ends the text: `(Header image: People Visual)`. Lines such as
  `Editor: …` before it are read if they are met.
* Lists: POST `api.sixthtone.com/cont/nodeCont/getByNodeId` with `{nodeId, pageNum, pageSize}`
  answers `data.pageInfo.list` with `contId`, `name`, `pubTime`, `pubTimeLong`; the nodes are those
  of github WALL-EEEEEEE/gagdets. The path of a section is the number
  of its node. Rows without `contId` are headings.
* The feed, api.sixthtone.com/cont/output/rssApi, had 51 entries without dates on 2026-10-07. Its
  links have no scheme, and the headline as slug, blanks and all (a note of 2026-05-31).
* Numbers rise: 1001883 by 2018-03-22, 1005216 of 2020-02-20, 1006372 of 2020-11-06, 1007185 of
  2021-04-08, 1018393 of 2026-04-08. Between them the day of a number is a guess of some months.
* Pages of before 2023 had another template (`h3.heading-1`, `div.content`, in a scraper), whose date is not known: they are refused.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from crawler.archives import IdWalk
from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.sixthtone.addresses import ADDRESSES, API, HOME
from crawler.spiders.sixthtone.articles import Article2023
from crawler.spiders.sixthtone.listings import Feed2023, NodeList2023

__all__ = ["SixthtoneSpider"]


class SixthtoneSpider(PortalSpider):
    """Sixth Tone."""

    name = "sixthtone"
    ownership = "state-owned, not central"
    allowed_domains = ["sixthtone.com"]
    home = HOME
    timezone = "Asia/Shanghai"
    date_formats = ("%b %d, %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    listing_date_formats = ("%b %d, %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
    addresses = ADDRESSES
    # A path of digits is a node, asked for by `listing_options`.
    sections = {
        "rss": Section((f"{API}/cont/output/rssApi",), paged=False),
        "news": Section(("26166",)),
        "features": Section(("26167",)),
        "voices-opinion": Section(("26168",)),
        "multimedia": Section(("26290",)),
        "daily-tones": Section(("26291",)),
        "sixth-tone-x": Section(("26301",)),
    }
    expected_sections = ("rss", "news")
    archives = {
        "numbers": IdWalk(
            address=f"{HOME}/news/{{id}}",
            marks=(
                (date(2018, 3, 22), 1001883),
                (date(2020, 2, 20), 1005216),
                (date(2020, 11, 6), 1006372),
                (date(2021, 4, 8), 1007185),
                (date(2026, 4, 8), 1018393),
            ),
            slack=180,
        )
    }
    listings = (NodeList2023, Feed2023)
    articles = (Article2023,)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        return (f"{API}/cont/nodeCont/getByNodeId" if path.isdecimal() else path,)

    def listing_options(self, path: str, page: int) -> dict[str, Any]:
        """The node and the page asked for are in the body of the request."""
        if not path.isdecimal():
            return {}
        return {
            "method": "POST",
            "body": json.dumps({"nodeId": path, "pageNum": page, "pageSize": 20}),
            "headers": {"Accept": "application/json", "Content-Type": "application/json"},
        }
