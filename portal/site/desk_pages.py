"""The desk's pages that need several apps at once, by their route."""

from collections.abc import Callable
from typing import Any

from customers.admin import needs
from portal.site import (
    account_screen,
    arrangement_screen,
    arranging,
    case_desk,
    list_files,
    loads_desk,
    lost_factors,
    reach_page,
)

ACCOUNT = "customers/account/<int:account_id>"
ARRANGEMENT = "customers/arrangement"
CASE = "customers/case/<int:case_id>"
LOAD = "customers/load/<int:load_id>"
LOST = "customers/lostfactor"
LIST = "<slug:app>/<slug:model>/list"

PAGES: dict[str, tuple[Callable[..., Any], str]] = {
    "reach/": (reach_page.show, "reach"),
    f"{LIST}/take/": (list_files.take, "list_take"),
    f"{LIST}/ask/": (list_files.ask, "list_ask"),
    f"{ACCOUNT}/change/": (account_screen.show, "customers_account_change"),
    f"{ACCOUNT}/reveal/<int:contact_id>/": (account_screen.reveal, "customers_account_reveal"),
    f"{ACCOUNT}/needs/add/": (needs.add, "customers_need_add"),
    f"{ACCOUNT}/needs/<int:need_id>/confirm/": (needs.confirm, "customers_need_confirm"),
    f"{ACCOUNT}/needs/<int:need_id>/end/": (needs.end, "customers_need_end"),
    f"{ACCOUNT}/case/": (case_desk.record, "customers_case_record"),
    f"{CASE}/change/": (case_desk.show, "customers_case_change"),
    f"{CASE}/act/<slug:verb>/": (case_desk.act, "customers_case_act"),
    f"{LOAD}/change/": (loads_desk.show, "customers_load_change"),
    f"{LOAD}/act/<slug:verb>/": (loads_desk.act, "customers_load_act"),
    f"{LOAD}/refused.xlsx": (loads_desk.refused_file, "customers_load_refused"),
    f"{LOAD}/ask/": (loads_desk.ask_for_refused, "customers_load_ask"),
    f"{LOAD}/mend/": (loads_desk.mend, "customers_load_mend"),
    f"{LOAD}/manifest.json": (loads_desk.take_manifest, "customers_load_manifest"),
    f"{LOST}/of/<int:user_id>/": (lost_factors.ask, "customers_lostfactor_ask"),
    f"{LOST}/<int:lost_id>/change/": (lost_factors.show, "customers_lostfactor_change"),
    f"{LOST}/<int:lost_id>/decide/<slug:verb>/": (
        lost_factors.decide,
        "customers_lostfactor_decide",
    ),
    f"{LOST}/<int:lost_id>/code/": (lost_factors.hand_over, "customers_lostfactor_code"),
    f"{ACCOUNT}/arrange/<slug:kind>/": (arranging.arrange, "customers_account_arrange"),
    f"{ARRANGEMENT}/<path:object_id>/change/": (
        arrangement_screen.show,
        "customers_arrangement_change",
    ),
    f"{ARRANGEMENT}/<int:arrangement_id>/relative/send/": (
        arrangement_screen.send_code,
        "customers_arrangement_relative_send",
    ),
    f"{ARRANGEMENT}/<int:arrangement_id>/relative/confirm/": (
        arrangement_screen.type_code,
        "customers_arrangement_relative_confirm",
    ),
}
"""The view of each route below the desk, and the name by which it is linked."""
