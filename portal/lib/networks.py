"""Addresses of clients, taken together as the networks that one person can choose among."""

import ipaddress


def network_of(ip: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 address; "" where it is no address.

    An IPv4 address inside an IPv6 one counts as what it is.
    """
    return _within(ip, v4=24, v6=48)


def caller_of(ip: str) -> str:
    """Who asks, for limits: an IPv4 address itself, the /64 of an IPv6 address; "" for none.

    Every line gets at least a /64, so whoever has one may come from any address in it.
    """
    return _within(ip, v4=32, v6=64)


def _within(ip: str, *, v4: int, v6: int) -> str:
    try:
        address = ipaddress.ip_address(ip.strip())
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = v4 if address.version == 4 else v6
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))
