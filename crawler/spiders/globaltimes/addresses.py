"""Addresses of Global Times articles: one number, whatever the form and host."""

from __future__ import annotations

from datetime import date

from crawler.archives import IdWalk
from crawler.urls import AddressForm

__all__ = ["ADDRESSES", "CONTENT_WALK", "PAGE_WALK", "other_addresses"]

_HOME = "https://www.globaltimes.cn"
_HOSTS = ("www.globaltimes.cn", "globaltimes.cn")

# Articles have six digits from the beginning (floor about 400,000, April 2009), galleries had four
# in 2026: the two sequences do not meet.
ADDRESSES = (
    AddressForm(
        hosts=_HOSTS,
        path=r"/page/(?P<month>20\d\d(?:0[1-9]|1[0-2]))/(?P<id>\d{6,8})\.s?html?",
        url=_HOME + "/page/{month}/{id}.shtml",
    ),
    AddressForm(
        hosts=_HOSTS,
        path=r"/content/(?P<id>\d{6,8})\.s?html?",
        url=_HOME + "/content/{id}.shtml",
    ),
    AddressForm(
        hosts=_HOSTS,
        path=r"/(?P<section>galleries)/(?P<id>\d{1,5})\.s?html?",
        url=_HOME + "/galleries/{id}.html",
    ),
    # http://china.globaltimes.cn/chinanews/2011-05/655555.html: the number is now under /content/.
    AddressForm(
        hosts=(".globaltimes.cn", "globaltimes.cn"),
        path=r"/(?P<section>(?:[\w-]+/)*)20\d\d-\d\d/(?P<id>\d{6,8})\.s?html?",
        url=_HOME + "/content/{id}.shtml",
    ),
)


# The numbers are those of addresses seen in the month (the middle of it, where no day is known):
# the list of months of a scraper of April 2022, whose months agree with the addresses cited
# elsewhere, then addresses in other people's notes and data.
_2020 = (
    (date(2020, 7, 15), 1_195_500),
    (date(2020, 10, 15), 1_204_500),
    (date(2020, 12, 15), 1_210_500),
)
PAGE_WALK = IdWalk(
    address=_HOME + "/page/{day:%Y%m}/{id}.shtml",
    marks=(
        *_2020[-1:],
        (date(2021, 1, 15), 1_213_000),
        (date(2021, 2, 15), 1_216_000),
        (date(2021, 3, 15), 1_219_000),
        (date(2021, 4, 15), 1_221_000),
        (date(2021, 6, 15), 1_225_500),
        (date(2021, 7, 15), 1_228_500),
        (date(2021, 8, 15), 1_231_500),
        (date(2021, 9, 15), 1_234_500),
        (date(2021, 10, 15), 1_237_500),
        (date(2021, 12, 15), 1_241_500),
        (date(2022, 1, 15), 1_245_500),
        (date(2022, 2, 15), 1_251_500),
        (date(2022, 3, 15), 1_254_500),
        (date(2022, 4, 15), 1_257_500),
        (date(2022, 5, 20), 1_265_888),
        (date(2022, 7, 15), 1_270_391),
        (date(2022, 9, 20), 1_276_036),
        (date(2022, 11, 10), 1_278_829),
        (date(2022, 12, 15), 1_281_271),
        (date(2023, 2, 15), 1_285_106),
        (date(2023, 4, 15), 1_288_784),
        (date(2023, 6, 5), 1_291_971),
        (date(2023, 8, 15), 1_296_371),
        (date(2023, 10, 13), 1_299_808),
        (date(2024, 2, 15), 1_307_805),
        (date(2024, 7, 8), 1_315_657),
        (date(2024, 12, 15), 1_324_448),
        (date(2025, 4, 15), 1_332_187),
        (date(2025, 8, 29), 1_342_066),
        (date(2025, 11, 15), 1_348_131),
        (date(2026, 3, 20), 1_357_248),
        (date(2026, 8, 1), 1_367_313),
        (date(2026, 9, 30), 1_371_581),
    ),
    slack=10,
    doubt=21,  # of 61 numbers of known month 58 are in the first month so tried, 3 in the second
)
CONTENT_WALK = IdWalk(
    address=_HOME + "/content/{id}.shtml",
    marks=(
        (date(2009, 4, 15), 400_000),
        (date(2011, 5, 15), 655_555),
        (date(2018, 3, 21), 1_094_591),
        (date(2019, 1, 15), 1_136_500),
        (date(2019, 7, 15), 1_157_500),
        (date(2019, 11, 15), 1_169_500),
        (date(2020, 1, 15), 1_177_500),
        *_2020,
        (date(2021, 2, 15), 1_216_000),
    ),
    slack=60,
    last=date(2021, 2, 15),
)
# A scraper of April 2022 read pages of January 2019 on under /page/; a collector of October 2026
# tries /content/ for numbers below 1,216,000.
_FIRST_PAGE, _LAST_CONTENT = 1_136_500, 1_216_000


def other_addresses(url: str, native: str) -> tuple[str, ...]:
    """Addresses of the other form, for numbers that were seen under both."""
    number = int(native)
    if "/content/" in url and number >= _FIRST_PAGE:
        return PAGE_WALK.addresses(number) if number >= PAGE_WALK.marks[0][1] else _2019(number)
    if "/page/" in url and number < _LAST_CONTENT:
        return CONTENT_WALK.addresses(number)[:1]
    return ()


def _2019(number: int) -> tuple[str, ...]:
    """As the walk of /page/ has them, for numbers before its first."""
    return IdWalk(PAGE_WALK.address, CONTENT_WALK.marks, PAGE_WALK.slack).addresses(number)
