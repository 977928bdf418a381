"""Pages of firewalls are known by their markup, and no page of a portal is taken for one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crawler.network.challenges import challenge_of
from tests.crawling import article, listing
from tests.pages import CAPTURES, FIXTURES

ARG1 = "274E1264B626E35EEB058EECE01149F3496502CE"


def page(head: str = "", body: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("status", "body", "whose"),
    [
        (200, page(f"<script>var arg1='{ARG1}';</script>"), "Aliyun"),
        (200, page("<script>setCookie('acw_sc__v2', x);location.reload()</script>"), "Aliyun"),
        (405, page("", "<img src='https://errors.aliyun.com/images/TB1.png'>"), "Aliyun"),
        (405, page("", "<h1>405</h1><iframe src='//error.aliyundun.com/x'></iframe>"), "Aliyun"),
        (521, b"<script>document.cookie=('_')+('_')+('j')+('s');location.href=x</script>", "Jiasule"),
        (521, page("<script>go({'tn':'__jsl_clearance_s','vt':'3600'})</script>"), "Jiasule"),
        (200, page("<script>eval('...wzwschallenge|wzwschallengex...')</script>"), "WZWS"),
        (403, page("<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"),
         "Cloudflare"),
        (503, page("", "<h1>One more step</h1><form class='cf-chl-widget'></form>"), "Cloudflare"),
        (200, page("<script src='/x'></script>", "<img class='yunsuologo'>"), "Yunsuo"),
        (403, page("", "<img src='//404.safedog.cn/images/safedogsite/head.png'>"), "Safedog"),
        (403, page("", "<a href='http://www.365cyd.com/help'>?</a>"), "Chuangyu"),
        (200, page("", "<iframe src='https://captcha.gtimg.com/1/template'></iframe>"), "Tencent"),
        (200, page("<script src='/_guard/rotate.js'></script>"), "captcha"),
        (200, page("", "<form><input type='text' name='captcha'></form>"), "captcha"),
        (404, page("", "<form><input type='text' name='captcha'></form>"), "captcha"),
        (403, page("", "<h1>Blocked</h1><form><INPUT NAME='Captcha'></form>"), "captcha"),
        (200, page(f"<script>VAR ARG1='{ARG1}';</script>", "<!-- <h1>x</h1> -->"), "Aliyun"),
        (200, page("<title>安全验证</title>", "请完成验证码验证后继续访问"), "captcha"),
        (200, page("<title> 访问验证</title>").decode().encode("gb18030"), "captcha"),
    ],
)  # fmt: skip
def test_a_page_of_a_firewall(status: int, body: bytes, whose: str) -> None:
    assert challenge_of(status, body) == whose


SCRIPT = f"<script>var arg1='{ARG1}';</script>"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, page("", "Nothing here")),
        (404, page("", "<h1>404 Not Found</h1>")),
        (521, page("", "<h1>Web server is down</h1>")),
        # What is said is no mark.
        (200, page("", "The captcha of Aliyun sets acw_sc__v2; 安全验证, wzwschallenge.")),
        (403, page("", "Sites such as 404.safedog.cn and www.365cyd.com block visitors.")),
        (200, page("<!-- acw_sc__v2 -->", "<!-- <script>_cf_chl_opt</script> -->Text")),
        (200, page("<title>On captchas: 安全验证</title>", "Text")),
        # Pages of a portal that carry a firewall's script, or a form with a captcha.
        (200, page(SCRIPT, "<h1>A headline</h1><p>Short.</p>")),
        (200, page(SCRIPT, "<article>Short.</article>")),
        (200, page(SCRIPT, "<a href='/a'>A</a>" * 11)),
        (200, page(SCRIPT, "<p>" + "A sentence of an article. " * 50)),
        (200, page(SCRIPT + "<!--" + " " * 65536 + "-->")),
        (200, page("<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>", "x")),
        # A page for what is not there, with the scripts and forms of the portal's other pages.
        (
            404,
            page("<script src='https://captcha.gtimg.com/TCaptcha.js'></script>", "<h1>404</h1>"),
        ),
        (410, page("", "<h1>Gone</h1><a href='https://error.aliyun.com/x'>x</a>")),
        (404, page("", "<a href='/a'>A</a>" * 11 + "<form><input name='captcha'></form>")),
    ],
)
def test_a_page_of_the_portal(status: int, body: bytes) -> None:
    assert challenge_of(status, body) is None


def recorded() -> list[Path]:
    folders = [folder for folder in (FIXTURES, CAPTURES) if folder.is_dir()]
    return [p for f in folders for s in ("html", "xml") for p in sorted(f.glob(f"*/*.{s}"))]


def test_no_recorded_page_is_taken_for_one() -> None:
    assert len(recorded()) > 50
    wrong = {
        path.name: found for path in recorded() if (found := challenge_of(200, path.read_bytes()))
    }
    assert wrong == {}


def test_no_invented_page_is_taken_for_one() -> None:
    for one in (article(1, text="name='captcha' acw_sc__v2")[1], listing(["/a"] * 3), listing([])):
        assert isinstance(one.body, bytes)
        assert challenge_of(200, one.body) is None


def test_it_takes_no_time() -> None:
    started = time.perf_counter()
    for body in (
        b"<" * 65000,
        b"<script>" * 8000,
        b"<!--" * 16000,
        b"<input " * 9000,
        b"<a " * 20000,
    ):
        challenge_of(403, body)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "mark",
    [
        *("acw_sc__v3", "errors.aliyun.com", "notice-jiasule", "static.jiasule.com"),
        *("wzwsconfirm", "wzws_cid", "/waf_captcha", "/WAFCaptcha", "_CF_CHL_OPT", "cf-chl-x"),
        *("challenge-platform/h/b/orchestrate", "yunsuo_session", "security_session_mid_verify"),
        *("security_session_verify", "safedogsite/", "waf-static.tencent.com"),
        *("new TencentCaptcha(", "/_guard/a.js"),
    ],
)
def test_each_mark_is_found(mark: str) -> None:
    assert challenge_of(200, page(f"<script>x = '{mark}'</script>"))


@pytest.mark.parametrize("title", ["安全验证", "访问验证", "滑动验证", "人机验证"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_each_title_is_found(title: str, encoding: str) -> None:
    assert challenge_of(200, page(f"<TITLE>{title}</TITLE>").decode().encode(encoding))
