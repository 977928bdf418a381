"""The site the bench crawls: article pages on ECNS's markup, their text invented, and listings.

Everything follows from the number of pages, so the server and the measuring process agree on the
addresses without speaking. A page is about 30 KB; the portal's own are 29 to 43 KB, most of it the
strips of pictures and the scripts around the article, as here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

__all__ = ["PER_LISTING", "ROBOTS", "articles", "listings"]

HOST = "http://www.ecns.cn"
PER_LISTING = 45
PER_LIST = 5
ROBOTS = b"User-agent: *\nDisallow: /admin/\n"
NEWEST = datetime(2026, 7, 20, 13, 23, 31)  # noqa: DTZ001 - printed without a zone, as the portal does
SEED = 20260720

WHO = """The harbour council|A regional bank|The seed cooperative|An instrument maker|The rail office
Two shipyards|The weather bureau|A maker of glass|The upland farmers' league|A young laboratory
The customs house|A chain of bakeries|The lighthouse board|Several importers|The bridge authority""".replace(
    "\n", "|"
).split("|")
DID = """announced|postponed|doubled|published|reviewed|tested|leased|approved|rebuilt|priced|audited
extended|measured|shared|withdrew""".replace("\n", "|").split("|")
WHAT = """a plan for slower trains|the autumn timetable|its catalogue of river stones|a pilot warehouse
the price of winter wheat|an index of small repairs|three new ferries|a register of kilns
the oldest of its turbines|a loan for orchards|an exchange of apprentices|a map of quiet roads
the rules for night markets|a fleet of electric carts|a study of tidal power""".replace(
    "\n", "|"
).split("|")
WHEN = """on Monday|last week|in the second quarter|after a long review|for the third time
ahead of the holiday|despite heavy rain|with little notice|as prices eased|in the first half""".replace(
    "\n", "|"
).split("|")
PLACES = ["Beijing", "Shanghai", "Chengdu", "Wuhan", "Xiamen", "Harbin", "Kunming", "Qingdao"]
FAMILY = ["Li", "Wang", "Zhang", "Chen", "Zhao", "Lin", "Guo", "Mo", "He", "Xu"]
GIVEN = ["Yan", "Hongmei", "Dongtian", "Jing", "Qiaowen", "Baolin", "Xuefei", "Mingde"]
SOURCES = ("Ecns.cn", "Xinhua", "chinadaily.com.cn", "CGTN", "Global Times")

FOOTER = """    <div class="linebox">LINE</div>
<div class="bdybox linksbox">
	<b>Media partners:</b>
	<a target="_blank" href="//english.peopledaily.com.cn/">People's Daily</a>  |
<a target="_blank" href="//www.xinhuanet.com/english/home.htm">Xinhua</a>  |
<a target="_blank" href="https://www.cgtn.com/">CGTN</a>  |
<a target="_blank" href="//www.chinadaily.com.cn/">China Daily</a>
</div>
<div class="foottip">
	<div class="bdybox tipins">
	<a class="floatrgt" href="#" target="_self">Back to top</a>
	    <a href="//www.chinanews.com.cn/common/footer/aboutus.shtml">About Us</a> |
		<a href="/jobs.shtml">Jobs</a> |
		<a href="/contactus.shtml">Contact Us</a> |
		<a href="/privacy-policy.shtml">Privacy Policy</a>
	</div>
</div>
<div class="bdybox footbot">
	<div class="floatrgt">
		<div class="overhid floatlft">Copyright &copy;1999-2026 Chinanews.com.</div>
	</div>
	<a href="/"><img src="/images/head/logo.gif" alt="" /></a>
</div>"""


@dataclass(frozen=True)
class Entry:
    """An article as a listing names it."""

    number: int
    headline: str
    published: datetime

    @property
    def code(self) -> str:
        return f"hfhkrtk{9_000_000 - self.number}"

    @property
    def path(self) -> str:
        return f"/business/{self.published:%Y-%m-%d}/detail-i{self.code}.shtml"


class Writer:
    """Invents text."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)

    def headline(self) -> str:
        choice = self.pick.choice
        return f"{choice(WHO)} {choice(DID)} {choice(WHAT)}"

    def clause(self) -> str:
        return f"{self.headline()} {self.pick.choice(WHEN)}"

    def sentence(self) -> str:
        share = self.pick.randrange(100, 990) / 10
        first, second = self.clause(), self.clause()
        second = second[0].lower() + second[1:]
        return f"{first}, while {second}, a change of {share} percent from a year earlier."

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self.pick.randint(1, 4)))

    def person(self) -> str:
        return f"{self.pick.choice(FAMILY)} {self.pick.choice(GIVEN)}"


def entries(pages: int) -> list[Entry]:
    writer = Writer(SEED)
    return [
        Entry(
            number=number,
            headline=f"{writer.headline()}, No. {number + 1}",
            published=NEWEST - timedelta(minutes=37 * number),
        )
        for number in range(pages)
    ]


def articles(pages: int) -> Iterator[tuple[str, bytes]]:
    """Address and page of every article, newest first."""
    frame = Path(__file__).with_name("article.html").read_text("utf-8")
    known = entries(pages)
    for entry in known:
        yield HOST + entry.path, article(frame, entry, known)


def listings(pages: int) -> Iterator[tuple[str, bytes]]:
    """Address and page of every listing; the section's own address gives the first."""
    frame = Path(__file__).with_name("listing.html").read_text("utf-8")
    known = entries(pages)
    for number, start in enumerate(range(0, pages, PER_LISTING), start=1):
        page = listing(frame, known[start : start + PER_LISTING], known)
        yield f"{HOST}/business/index{'' if number == 1 else f'_{number}'}.shtml", page
        if number == 1:
            yield f"{HOST}/business/", page


def article(frame: str, entry: Entry, known: list[Entry]) -> bytes:
    writer = Writer(SEED + 1 + entry.number)
    source = writer.pick.choice(SOURCES)
    editor = writer.person()
    paragraphs = [writer.paragraph() for _ in range(writer.pick.randint(4, 10))]
    lead = paragraphs[0]
    if source == "Ecns.cn":
        paragraphs[0] = f"<strong>(ECNS)</strong> -- {lead}"
        paragraphs.append(f"(By {writer.person()}, {editor})")
    elif source == "Xinhua":
        place = writer.pick.choice(PLACES).upper()
        paragraphs[0] = f"{place}, {entry.published:%B} {entry.published.day} (Xinhua) -- {lead}"
    body = picture(writer, entry) if entry.number % 3 else ""
    body += "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return fill(
        frame,
        headline=entry.headline,
        lead=lead,
        published=f"{entry.published:%Y-%m-%d %H:%M:%S}",
        today=f"{entry.published:%A %b %d, %Y}",
        mobile=f"{HOST}/m{entry.path}",
        code=entry.code,
        source=source,
        mail=editor.replace(" ", "").lower(),
        editor=editor,
        body=body,
        related=related(writer, known) if entry.number % 2 else "",
        strips=strips(writer, known),
        top=top_news(known),
        videos="".join(video(writer, known) for _ in range(2)),
        footer=FOOTER,
    )


def listing(frame: str, here: list[Entry], known: list[Entry]) -> bytes:
    lists = []
    for start in range(0, len(here), PER_LIST):
        rows = "\n".join(
            f'<li><h3><a href="//www.ecns.cn{entry.path}">{entry.headline}</a></h3>'
            f"<b>{entry.published:%b %d, %Y}</b></li>"
            for entry in here[start : start + PER_LIST]
        )
        lists.append(f'<ul class="bizlst dashedlne mart5 overhid">\n{rows}\n</ul>')
    return fill(frame, lists="\n".join(lists), top=top_news(known), footer=FOOTER)


def picture(writer: Writer, entry: Entry) -> str:
    caption = f"{writer.clause()}. (Photo: China News Service/{writer.person()})"
    day = f"{entry.published:%Y%m%d}"
    return (
        f'<div class="img_wrapper" style="text-align: center;"><img title="{caption}" '
        f'src="//image.cns.com.cn/ecns_editor/{day}/MRlT-{entry.code}.png" alt="{caption}" '
        'data-link="">\n<div class="pictext" style="text-align: center;">'
        f"{caption}</div>\n</div>\n"
    )


def related(writer: Writer, known: list[Entry]) -> str:
    rows = "\n".join(
        f'<li><p><a href="{HOST}{entry.path}">{entry.headline}</a></p>'
        f"<span>{entry.published:%Y-%m-%d}</span></li>"
        for entry in sample(writer, known, 4)
    )
    return (
        '<h3 class="itemtit mart20"><span>Related news</span></h3>\n'
        f'<ul class="newslst02 newslst04 font16 mart5">\n{rows}\n</ul>\n'
    )


def strips(writer: Writer, known: list[Entry]) -> str:
    """The three strips of twelve pictures under every article."""
    return "\n".join(
        f'		<div class="picshowins posr" id="picshow0{number}">\n'
        f'			<span class="buttonlft" id="lft0{number}">'
        '<img src="/images/bg/lftbutt02.gif" alt="" /></span>\n'
        f'			<div class="wid641 imgctrl" id="ctrl0{number}">\n'
        '			<div class="contctrl">\n'
        + "".join(
            '			<ul class="picshowlist inblock">\n				'
            + "".join(tile(writer, entry) for entry in sample(writer, known, 6))
            + "			</ul>\n"
            for _ in range(2)
        )
        + "			</div>\n			</div>\n"
        f'			<span class="buttonrgt" id="rgt0{number}">'
        '<img src="/images/bg/rgtbutt02.gif" alt="" /></span>\n		</div>'
        for number in (1, 2, 3)
    )


def tile(writer: Writer, entry: Entry) -> str:
    url = f"https://www.ecns.cn/hd/{entry.published:%Y-%m-%d}/detail-i{entry.code}.shtml"
    image = f"{entry.published:%Y%m%d}/{writer.pick.randrange(16**4):04x}-{entry.code}.jpg"
    return (
        f'<li><a href="{url}"><img src="//image.cns.com.cn/ecns_editor/transform/{image}" '
        f'width="190" height="127" alt="{entry.headline}" /></a>'
        f'<h3><a href="{url}">{entry.headline}</a></h3></li>'
    )


def video(writer: Writer, known: list[Entry]) -> str:
    entry = writer.pick.choice(known)
    url = f"//www.ecns.cn/video/{entry.published:%Y-%m-%d}/detail-i{entry.code}.shtml"
    return (
        f'<li><a href="{url}"><img src="https://image.chinanews.com/cspimp/{entry.code}_big.JPG" '
        f'width="258" height="172" alt="" /></a><h3><a href="{url}">{entry.headline}</a></h3>'
        f'<em><a href="{url}"><img src="/images/bg/bo.png" alt="" /></a></em></li>'
    )


def top_news(known: list[Entry]) -> str:
    return "".join(
        f'<li><em></em> <a href="//www.ecns.cn{entry.path}">{entry.headline}</a>'
        '<div class="clear"></div></li>'
        for entry in known[:5]
    )


def sample(writer: Writer, known: list[Entry], count: int) -> list[Entry]:
    return writer.pick.sample(known, min(count, len(known)))


def fill(frame: str, **values: str) -> bytes:
    for name, value in values.items():
        frame = frame.replace(f"[[{name}]]", value)
    return frame.encode()
