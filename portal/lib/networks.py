"""Addresses of clients, taken together as the networks that one person can choose among."""

import ipaddress


def network_of(ip: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 address; "" where it is no address.

    An IPv4 address inside an IPv6 one counts as what it is.
    """
    try:
        address = ipaddress.ip_address(ip.strip())
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))
