"""Feeds and sitemaps by their standards."""

from __future__ import annotations

from scrapy.http import TextResponse, XmlResponse

from crawler.layouts.feeds import NewsSitemap, RssFeed
from crawler.pages import recognise

SITEMAP = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
 <url><loc> https://news.example/a.html </loc>
  <news:news><news:publication_date>2026-10-02T01:02:03Z</news:publication_date>
   <news:title><![CDATA[Harbour & quay]]></news:title></news:news>
  <image:image><image:title>not the headline</image:title></image:image></url>
 <url><loc>https://news.example/b.html</loc><lastmod>2026-10-01</lastmod></url>
</urlset>"""
RSS = """<?xml version="1.0"?><!-- kept by hand --><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>News</title>
 <item><title>Harbour</title><media:title>not it</media:title><link>/a.html</link>
  <pubDate>Fri, 02 Oct 2026 01:02:03 GMT</pubDate></item>
 <item><title>Quay</title><guid isPermaLink="true">https://news.example/b.html</guid></item>
</channel></rss>"""


def test_sitemap() -> None:
    response = XmlResponse("https://news.example/sitemap.xml", body=SITEMAP.encode())
    page = recognise(response, [RssFeed, NewsSitemap])
    assert [(link.url, link.headline, link.listed_text) for link in page.links] == [
        ("https://news.example/a.html", "Harbour & quay", "2026-10-02T01:02:03Z"),
        ("https://news.example/b.html", "", "2026-10-01"),
    ]


def test_feed_whatever_it_is_served_as() -> None:
    response = TextResponse("https://news.example/rss.xml", body=RSS.encode(), encoding="utf-8")
    page = recognise(response, [RssFeed, NewsSitemap])
    assert [(link.url, link.headline, link.listed_text) for link in page.links] == [
        ("https://news.example/a.html", "Harbour", "Fri, 02 Oct 2026 01:02:03 GMT"),
        ("https://news.example/b.html", "Quay", None),
    ]
