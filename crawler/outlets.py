"""Outlets: one spelling for one outlet, from one table, and how they are told within a line.

Sources, bylines, credits and datelines all print outlets; whoever reads one of them asks here.
"""

from __future__ import annotations

import re

from crawler.text import collapse

__all__ = ["NAMES", "PATTERN", "control", "is_known"]

NAMES: dict[str, tuple[str, ...]] = {
    # Controlled name: other spellings. Case, `www.` and the form of apostrophes do not matter.
    "ECNS": ("Ecns.cn", "CNS"),
    # The agency that owns ECNS. ECNS pages name it in photo credits and speak of it as another
    # outlet than the site, so it keeps its own name.
    "China News Service": (),
    "China Daily": ("chinadaily.com.cn", "chinadaily.com", "chinadaily", "China Daily Online"),
    # Stands in the author slot of chinadaily.com.cn pages.
    "China Daily HK Edition": ("HK Edition",),
    "China Daily USA": (),
    "China Daily Global": (),
    "China Daily Europe": (),
    # chinaview.cn was the address of Xinhua's English pages: articles of 2007 and 2008 print it
    # as their source above a dateline `(Xinhua)`.
    "Xinhua": ("Xinhua News Agency", "chinaview.cn", "Xinhua News", "English.news.cn", "news.cn"),
    # Not the agency: a page of 2008 has the dateline `(Xinhuanet)` over copy of `(Agencies)`.
    "Xinhuanet": ("xinhuanet.com", "Xinhua Online"),
    "Global Times": ("GT", "globaltimes.cn", "Globaltimes.com.cn"),
    "People's Daily": (),
    "People's Daily Online": (
        "people.com.cn",
        "en.people.cn",
        "english.people.com.cn",
        "peopledaily.com.cn",
        "english.peopledaily.com.cn",
        "People Daily Online",
        "People's Daily Online English",
    ),
    "People's Daily app": (),
    "People's Daily Overseas Edition": (),
    "CGTN": ("cgtn.com", "China Global Television Network"),
    "CCTV": ("cctv.com", "CCTV English", "english.cctv.com", "China Central Television"),
    "CNTV": ("cntv.cn", "english.cntv.cn"),
    "CRI": ("China Radio International", "CRI Online", "CRIENGLISH.com", "english.cri.cn"),
    "China.org.cn": (),
    "China Military Online": (
        "chinamil.com.cn",
        "eng.chinamil.com.cn",
        "China Military",
        "ChinaMil",
    ),
    "Ministry of National Defense": ("mod.gov.cn", "eng.mod.gov.cn"),
    "Beijing Review": ("bjreview.com", "bjreview.com.cn"),
    "Shanghai Daily": ("shanghaidaily.com",),
    "SHINE": ("shine.cn",),
    "Sixth Tone": ("sixthtone.com",),
    "Science and Technology Daily": (),
    "AFP": ("Agence France-Presse",),
    "AP": ("Associated Press", "The Associated Press"),
    "Reuters": (),
    "Bloomberg": (),
    "Kyodo": ("Kyodo News",),
    "Agencies": (),
    "PRNewswire": ("PR Newswire",),
    "Business Wire": ("Businesswire",),
    "GlobeNewswire": ("Globe Newswire",),
}
"""Controlled names and the other spellings under which the portals print them."""


def _key(name: str) -> str:
    key = collapse(name).replace("’", "'").replace("‘", "'").casefold()
    return re.sub(r"^(?:https?://)?www\.", "", key).rstrip("/")


_BY_KEY = {_key(form): name for name, forms in NAMES.items() for form in (name, *forms)}


def _pattern(form: str) -> str:
    words = "['’]".join(re.escape(part) for part in form.split("'"))
    return words.replace(r"\ ", " ")


# Photographers' agencies are in credits only, and no sources.
_AGENCIES = ("VCG", "CFP", "IC", "EPA", "Imaginechina")
_FORMS = {form for name, forms in NAMES.items() for form in (name, *forms)} | {*_AGENCIES}
PATTERN = "(?:" + "|".join(sorted(map(_pattern, _FORMS), key=lambda p: (-len(p), p))) + ")"
"""A regular expression of every spelling in the table, and of agencies that credits name."""


def control(name: str) -> str:
    """The controlled name of an outlet; one that is not in the table as printed."""
    return _BY_KEY.get(_key(name)) or collapse(name)


def is_known(name: str) -> bool:
    """Whether `name` is in the table, in any of its spellings."""
    return _key(name) in _BY_KEY
