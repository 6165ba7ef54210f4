"""The pages that show what arrived: plain HTML without script, fit for a strict CSP."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from html import escape
from urllib.parse import quote, urlencode

from notifications.simulator.arrivals import Arrival
from notifications.simulator.scenarios import SCENARIOS, mailbox, phone

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_VIET_NAM = timezone(timedelta(hours=7))

_WORDS = {
    "vi": {
        "title": "Những tin đã đến nơi",
        "lead": "Mô phỏng Zalo, SMS, thư điện tử và tin đẩy: không có tin nào ra khỏi máy này.",
        "none": "Chưa có tin nào. Hãy gửi một thông báo rồi tải lại trang.",
        "reload": "Tải lại",
        "all": "Tất cả tin",
        "scenarios": "Các tình huống",
        "to": "Gửi đến",
        "other": "English",
        "zalo": "Zalo",
        "esms": "SMS",
        "speedsms": "SMS",
        "smtp": "Thư điện tử",
        "push": "Tin đẩy",
        "accepted": "đã nhận để gửi",
        "delivered": "đã đến",
        "seen": "đã xem",
        "failed": "không đến được",
        "parts": "số tin tính tiền",
        "template": "Mẫu tin",
        "name": "Tình huống",
        "about": "Điều xảy ra",
        "number": "Số điện thoại",
        "mail": "Địa chỉ thư",
        "scenarios_lead": "Gửi đến một địa chỉ dưới đây thì luôn gặp đúng tình huống ấy.",
    },
    "en": {
        "title": "What arrived",
        "lead": "Stands in for Zalo, SMS, e-mail and push: no message leaves this machine.",
        "none": "Nothing yet. Send a notice and reload this page.",
        "reload": "Reload",
        "all": "All messages",
        "scenarios": "Scenarios",
        "to": "To",
        "other": "Tiếng Việt",
        "zalo": "Zalo",
        "esms": "SMS",
        "speedsms": "SMS",
        "smtp": "E-mail",
        "push": "Push",
        "accepted": "accepted",
        "delivered": "delivered",
        "seen": "seen",
        "failed": "failed",
        "parts": "parts charged",
        "template": "Template",
        "name": "Scenario",
        "about": "What happens",
        "number": "Phone",
        "mail": "Mail address",
        "scenarios_lead": "A message to one of these addresses always meets its scenario.",
    },
}


def arrivals_page(arrivals: list[Arrival], *, lang: str, address: str = "") -> str:
    """Messages, newest first; of one phone or mailbox where an address is given."""
    words = _words(lang)
    title = f"{words['to']} {address}" if address else words["title"]
    cards = "".join(_card(arrival, words, lang) for arrival in arrivals)
    body = f'<ol class="arrivals">{cards}</ol>' if cards else f"<p>{words['none']}</p>"
    return _page(title, body, lang=lang, here=f"/at/{quote(address)}" if address else "/")


def scenarios_page(*, lang: str) -> str:
    """Every scenario with the phone and mailbox that always meet it."""
    words = _words(lang)
    heads = "".join(f'<th scope="col">{words[key]}</th>' for key in _COLUMNS)
    rows = "".join(_rows())
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    body = f'<p>{words["scenarios_lead"]}</p><div class="wide" tabindex="0">{table}</div>'
    return _page(words["scenarios"], body, lang=lang, here="/scenarios")


_COLUMNS = ("name", "about", "number", "mail")


def _rows() -> Iterator[str]:
    for name, scenario in SCENARIOS.items():
        number = phone(name) if scenario.channels & {"zalo", "esms"} else "–"
        box = mailbox(name) if "smtp" in scenario.channels else "–"
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in (scenario.about, number, box))
        yield f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'


def _card(arrival: Arrival, words: dict[str, str], lang: str) -> str:
    place = f"/at/{quote(arrival.address)}?{urlencode({'lang': lang})}"
    moment = arrival.arrived_at.astimezone(_VIET_NAM)
    return (
        f'<li class="card {arrival.channel}"><h2>{words[arrival.channel]} · '
        f'<a href="{escape(place)}">{escape(arrival.address)}</a></h2>'
        f'<p class="facts">{_time(moment)} · <strong>{words[arrival.status]}</strong>'
        f" · <code>{escape(arrival.reference)}</code>{_parts(arrival, words)}</p>"
        f"{''.join(_contents(arrival, words))}</li>"
    )


def _contents(arrival: Arrival, words: dict[str, str]) -> Iterator[str]:
    if arrival.subject:
        yield f"<h3>{escape(arrival.subject)}</h3>"
    if arrival.template:
        yield f"<p>{words['template']} <code>{escape(arrival.template)}</code></p>"
    if arrival.data:
        yield _pairs(arrival.data.items())
    if arrival.text:
        yield f'<p class="text">{escape(arrival.text)}</p>'
    if arrival.headers:
        yield _pairs(arrival.headers.items())


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    items = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs
    )
    return f"<dl>{items}</dl>"


def _parts(arrival: Arrival, words: dict[str, str]) -> str:
    return f" · {words['parts']}: {arrival.parts}" if "sms" in arrival.channel else ""


def _time(moment: datetime) -> str:
    return f'<time datetime="{moment.isoformat()}">{moment:%H:%M:%S %d/%m/%Y}</time>'


def _words(lang: str) -> dict[str, str]:
    return _WORDS.get(lang, _WORDS["vi"])


def _page(title: str, body: str, *, lang: str, here: str) -> str:
    words = _words(lang)
    other = "vi" if lang == "en" else "en"
    query = urlencode({"lang": lang})
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"></head><body>'
        f'<header><nav><a href="/?{query}">{words["all"]}</a>'
        f' <a href="/scenarios?{query}">{words["scenarios"]}</a>'
        f' <a href="{escape(here)}?{query}">{words["reload"]}</a>'
        f' <a href="{escape(here)}?lang={other}" lang="{other}">{words["other"]}</a></nav></header>'
        f"<main><h1>{escape(title)}</h1><p>{words['lead']}</p>{body}</main></body></html>"
    )
