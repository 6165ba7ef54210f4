"""Stands in for Zalo, eSMS and a mail server: same protocols, nothing leaves the machine.

    python -m notifications.simulator --port 8025 --smtp-port 8026 --callback http://127.0.0.1:8000/hooks

What it does with a message depends on, in this order: a rule set at ``POST /control/scenario``,
the address (see `scenarios.for_address`), and else the mode: everything arrives (``plain``) or
most of it does, as in life (``lively``). ``GET /`` shows what arrived.
"""
