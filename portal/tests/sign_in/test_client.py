import pytest
from django.test import RequestFactory

from portal.sign_in.client import client_ip


def request(forwarded: str | None = None, remote: str = "203.0.113.9"):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **headers)


class TestClientIp:
    def test_believes_no_header_without_a_proxy(self, settings):
        settings.TRUSTED_PROXIES = 0
        assert client_ip(request("198.51.100.1")) == "203.0.113.9"

    @pytest.mark.parametrize("claimed", ["", "198.51.100.1, ", "10.0.0.1, 198.51.100.1, "])
    def test_is_what_our_proxy_saw_whatever_the_client_claims(self, settings, claimed):
        settings.TRUSTED_PROXIES = 1
        assert client_ip(request(f"{claimed}192.0.2.7", remote="10.0.0.2")) == "192.0.2.7"

    def test_counts_proxies_from_the_right(self, settings):
        settings.TRUSTED_PROXIES = 2
        assert client_ip(request("198.51.100.1, 192.0.2.7, 10.0.0.3")) == "192.0.2.7"

    def test_is_the_caller_where_the_header_is_too_short(self, settings):
        settings.TRUSTED_PROXIES = 2
        assert client_ip(request("198.51.100.1")) == "203.0.113.9"
        assert client_ip(request()) == "203.0.113.9"

    def test_is_nothing_where_nobody_can_tell(self, settings):
        settings.TRUSTED_PROXIES = 1
        assert client_ip(request("<script>", remote="")) == ""
        assert client_ip(request(remote="")) == ""

    def test_writes_an_ipv6_address_in_one_way(self, settings):
        settings.TRUSTED_PROXIES = 0
        assert client_ip(request(remote="2001:DB8:0:0::1")) == "2001:db8::1"
