import pytest

from portal.lib.networks import caller_of, network_of


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        (" 203.0.113.250 ", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:7:1::9", "2001:db8:7::/48"),
        ("2001:db8:7:ffff::1", "2001:db8:7::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unknown", ""),
        ("203.0.113.9:443", ""),
    ],
)
def test_takes_addresses_together(ip, network):
    assert network_of(ip) == network


@pytest.mark.parametrize(
    ("ip", "caller"),
    [
        ("203.0.113.9", "203.0.113.9/32"),
        ("::ffff:203.0.113.9", "203.0.113.9/32"),
        ("2001:db8:7:1::9", "2001:db8:7:1::/64"),
        ("2001:db8:7:1:ffff::1", "2001:db8:7:1::/64"),
        ("2001:db8:7:2::9", "2001:db8:7:2::/64"),
        ("", ""),
    ],
)
def test_knows_who_calls_by_what_a_line_is_given(ip, caller):
    assert caller_of(ip) == caller
