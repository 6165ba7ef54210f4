import pytest
from django.utils import translation

from portal.lib.browsers import browser_name, said

MOZILLA, KHTML = "Mozilla/5.0", "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{MOZILLA} (Linux; Android 14; SM-A155F) {KHTML} Chrome/131.0 Mobile Safari/537.36",
         "Chrome trên Android"),
        (f"{MOZILLA} (Linux; Android 14) {KHTML} SamsungBrowser/27.0 Chrome/125.0 Safari/537.36",
         "Samsung Internet trên Android"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X) {KHTML} Version/18.1 Safari/604.1",
         "Safari trên iPhone"),
        (f"{MOZILLA} (iPad; CPU OS 17_0 like Mac OS X) {KHTML} CriOS/131.0 Mobile Safari/604.1",
         "Chrome trên iPad"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {KHTML} Chrome/131.0 Safari/537.36 Edg/131.0",
         "Edge trên Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {KHTML} coc_coc_browser/129.0 Chrome/123.0 Safari/537.36",
         "Cốc Cốc trên Windows"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 14_6) {KHTML} Version/18.1 Safari/605.1.15",
         "Safari trên Mac"),
        (f"{MOZILLA} (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
         "Firefox trên Linux"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541) {KHTML} Chrome/131.0 Safari/537.36",
         "Chrome trên Chromebook"),
        ("Dart/3.5 (Android)", "Android"),
        ("curl/8.5.0", "Trình duyệt không rõ tên"),
        ("", "Trình duyệt không rõ tên"),
        ("<b>Chrome/</b>", "Chrome"),
    ],
)  # fmt: skip
def test_are_called_as_people_call_them(user_agent, name):
    with translation.override("vi"):
        assert said(browser_name(user_agent)) == name


def test_are_kept_in_no_language():
    kept = browser_name("Mozilla/5.0 (Linux; Android 14) Chrome/131.0")
    assert kept == "Chrome · Android"
    with translation.override("en"):
        assert said(kept) == "Chrome on Android"
