"""Pages that a firewall shows in place of the one asked for: blocks, script checks, captchas.

They come with any status, 200 among them. What is looked for stands in their markup and scripts,
never in their text, so an article on captchas is none; and a page with status 200, 404 or 410 that
has a heading, an article, many links or much text is none whatever its scripts say: portals carry
such scripts on whole pages, too.
"""

from __future__ import annotations

import re

__all__ = ["challenge_of"]

_MOST_BYTES = 64 * 1024
"""The largest of these pages seen described, Jiasule's second step, has 28 kB."""
_MOST_TEXT = 1000
_MOST_LINKS = 10

_MARKS: tuple[tuple[str, int | None, bytes], ...] = (
    # Alibaba Cloud's help names the cookies of its script check and its slider acw_sc__v2 and
    # acw_sc__v3, and 405 as the status of its block page; the check begins with `var arg1='…'`.
    ("Aliyun", None, rb"acw_sc__v[23]|\bvar arg1 ?= ?'[0-9a-f]{40}'|errors?\.aliyun(dun)?\."),
    # The first step spells `__jsl_clearance_s` letter by letter, so only its status tells it apart.
    ("Jiasule", 521, rb"document\.cookie"),
    ("Jiasule", None, rb"__jsl_clearance|notice-jiasule|static\.jiasule\.com"),
    ("WZWS", None, rb"wzwschallenge|wzwsconfirm|wzws_cid|/waf_?captcha"),
    # Not `challenge-platform` alone: Cloudflare adds `…/scripts/jsd/main.js` to ordinary pages.
    ("Cloudflare", None, rb"_cf_chl_opt|\bcf-chl-|challenge-platform/h/[a-z]/orchestrate"),
    # wafw00f (EnableSecurity) has these for Yunsuo, Safedog and Chuangyu.
    ("Yunsuo", None, rb"yunsuologo|yunsuo_session|security_session_(mid_)?verify"),
    ("Safedog", None, rb"404\.safedog\.cn|safedogsite/"),
    ("Chuangyu", None, rb"\bwww\.365cyd\.com"),
    ("Tencent", None, rb"waf-static\.tencent\.com|captcha\.gtimg\.com|new tencentcaptcha\("),
    ("captcha", None, rb"/_guard/[a-z]+\.js|<input[^>]{0,200}\bname=[\"']?captcha\b"),
)
_TITLES = "安全验证|访问验证|滑动验证|人机验证"
_TITLE = re.compile(
    b"<title[^>]*>\\s*(%b|%b)" % (_TITLES.encode(), _TITLES.encode("gb18030")), re.IGNORECASE
)
_HINTS = (
    *(b"acw_sc__v", b"var arg1", b"aliyun", b"document.cookie", b"jsl_clearance", b"jiasule"),
    *(b"wzws", b"captcha", b"_cf_chl_opt", b"cf-chl-", b"challenge-platform/h/", b"yunsuo"),
    *(b"security_session_", b"safedog", b"365cyd", b"waf-static", b"/_guard/"),
    *("验证".encode(), "验证".encode("gb18030")),
)
"""Each mark and title holds one of these, in small letters: where none is, none is looked for."""
_PATTERNS = tuple((name, status, re.compile(mark, re.IGNORECASE)) for name, status, mark in _MARKS)
_SCRIPT = re.compile(rb"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<[^<>]*>")
_COMMENT = re.compile(rb"<!--(?:[^-]++|-(?!->))*+(?:-->|\Z)")
_OF_A_PAGE = re.compile(rb"<(?:h1|article)\b", re.IGNORECASE)
_LINK = re.compile(rb"<a\s", re.IGNORECASE)


def challenge_of(status: int, body: bytes) -> str | None:
    """Whose challenge or block page an answer is, `None` if it is none."""
    if not body or len(body) > _MOST_BYTES:
        return None
    plain = _COMMENT.sub(b"", body)
    may_be_whole = 200 <= status < 300 or status in (404, 410)
    if may_be_whole and _is_laid_out(plain):
        return None
    small = plain.lower()
    if not any(hint in small for hint in _HINTS) or (may_be_whole and _is_long(plain)):
        return None
    markup = b"\n".join([*(m[0] for m in _SCRIPT.finditer(plain)), *_TAG.findall(plain)])
    for name, wanted, pattern in _PATTERNS:
        if wanted in (None, status) and pattern.search(markup):
            return name
    return "captcha" if _TITLE.search(plain) else None


def _is_laid_out(body: bytes) -> bool:
    """Whether a layout of a portal may claim it."""
    return bool(_OF_A_PAGE.search(body)) or len(_LINK.findall(body)) > _MOST_LINKS


def _is_long(body: bytes) -> bool:
    """Whether it says more than such a page does."""
    text = _TAG.sub(b"", _SCRIPT.sub(b"", body))
    return len(b" ".join(text.split())) > _MOST_TEXT
