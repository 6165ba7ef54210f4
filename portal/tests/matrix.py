"""Who may open what: one line a route that names something; see :mod:`portal.tests.test_matrix`.

Whoever stands in a line can tell what is there from what is not; everybody else is answered as if
there were nothing. Everybody has just given the fresh proof that some routes want first.
"""

PEOPLE = (
    "holder", "relative", "viewer", "left", "stranger", "nobody",
    "agent", "officer", "officer_elsewhere", "supervisor", "operator", "auditor",
)  # fmt: skip
# No member of staff: the desk's door treats them all alike; the holder is asked in their place.
SHUT_OUT_OF_THE_DESK = {"relative", "viewer", "left", "stranger"}
FIXED = {
    "kind": "sms_retention",
    "verb": "approve",
    "month": "2026-10",
    "role": "relative",
    "news": "withdraw",
    "form": "csv",
}
# Routes, as patterns, that this table leaves out, with the reason.
APART = {
    r"hooks/\w+/<str:secret>/": "providers have no session; each call proves itself",
    r"calendar/<str:key>\.ics": "a calendar has no session; the key opens one person's",
    r"unsubscribe/<str:token>/": "a mail program has no session; the token proves itself",
    r"hooks/push/<str:reference>/": "a browser reports what it showed to whom it was sealed",
    r"auth/\^password/reset/key/.*": "the way back in, by a token from a letter",
    r"desk/\w+/\w+/<path:object_id>/": "leads to …/change/ whether that is there or not",
    r"desk/\^\(\?P<app_label>.*": "names an app, nobody's row",
    r"desk/\(\?P<url>\.\*\)\$": "whatever is no page of the desk",
    r"desk/\w+/(?!account/|arrangement/)\w+/<path:object_id>/(history|delete|change)/": (
        "Django's own pages of a row: see test_desk_matrix, which asks them as every role"
    ),
    r"desk/<slug:app>/<slug:model>/list/(take|ask)/": (
        "names a table, nobody's row: see portal/tests/site/test_list_files.py"
    ),
    r"desk/notifications/wordingchange/(of|act|with)/.*": (
        "see notifications/tests/test_wording_desk.py"
    ),
    r"desk/notifications/kindpolicy/try/<int:trial_id>/": (
        "whoever asked sees it: notifications/tests/test_dry_run.py"
    ),
    r"desk/notifications/halt/<int:halt_id>/<slug:verb>/": (
        "a stop of sending is nobody's row: notifications/tests/test_desk_halts.py"
    ),
    r"desk/customers/contactcheck/<int:check_id>/answer/<slug:verb>/": (
        "see portal/tests/site/test_contact_checks.py"
    ),
    r"desk/customers/case/<int:case_id>/act/<slug:verb>/": (
        "see portal/tests/site/test_case_desk.py"
    ),
    r"desk/customers/workitem/<int:item_id>/act/<slug:verb>/": (
        "see customers/tests/test_desk_work.py"
    ),
    r"desk/customers/load/<int:load_id>/act/<slug:verb>/": "see portal/tests/test_import_admin.py",
    r"api/v1/kinds/<slug:kind>/.*": "kinds are nobody's: see portal/tests/api/test_loads.py",
    r"api/v1/loads/<int:load_id>/steps/<slug:verb>/": "see portal/tests/api/test_loads.py",
    r"desk/notifications/run/<int:run_id>/proof/.*": "see notifications/tests/test_proof.py",
}


def by(get: str = "", post: str = "") -> dict[str, frozenset[str]]:
    """The people that GET and POST are open to."""
    return {"GET": frozenset(get.split()), "POST": frozenset(post.split())}


LINKED = "holder relative viewer left"
STAFF = "agent officer supervisor operator auditor"
RECORDING = "agent officer supervisor"

OPEN = {
    # --- pages of an address: who left keeps the own days, and is told that the address is there
    "accounts/<str:number>/": by(LINKED),
    "accounts/<str:number>/mine/": by(LINKED, LINKED),
    "accounts/<str:number>/unlink/": by(LINKED, LINKED),
    "accounts/<str:number>/people/": by("holder"),
    "accounts/<str:number>/people/invite/": by("holder"),
    "accounts/<str:number>/people/invite/<slug:role>/": by("holder", "holder"),
    "accounts/<str:number>/people/invitations/<int:pk>/withdraw/": by("", "holder"),
    "accounts/<str:number>/people/<int:pk>/": by("holder", "holder"),
    "accounts/<str:number>/people/<int:pk>/end/": by("", "holder"),
    "accounts/<str:number>/move-out/": by(LINKED, LINKED),
    "accounts/<str:number>/people/requests/": by("holder", "holder"),
    "accounts/<str:number>/contacts/": by("holder"),
    "accounts/<str:number>/contacts/phone/": by("holder", "holder"),
    "accounts/<str:number>/contacts/email/": by("holder", "holder"),
    "accounts/<str:number>/contacts/<int:contact>/not-mine/": by("", "holder"),
    "accounts/<str:number>/contacts/<int:contact>/still-mine/": by("", "holder"),
    "accounts/<str:number>/contacts/<int:contact>/still-mine/code/": by("holder", "holder"),
    "accounts/<str:number>/consents/": by("holder"),
    "accounts/<str:number>/consents/advice/": by("holder", "holder"),
    "accounts/<str:number>/consents/survey/": by("holder", "holder"),
    "accounts/<str:number>/consents/neighbours/": by("holder", "holder"),
    "accounts/<str:number>/needs/": by("holder"),
    "accounts/<str:number>/needs/<int:need>/end/": by("holder", "holder"),
    "accounts/<str:number>/bills/": by("holder relative left"),
    "accounts/<str:number>/bills/<month:month>/": by("holder relative"),
    "accounts/<str:number>/bills/<month:month>/bill.pdf": by("holder relative"),
    "accounts/<str:number>/bills/<month:month>/why/": by("holder relative"),
    "accounts/<str:number>/neighbours/": by("holder relative left"),
    "accounts/<str:number>/files/": by("holder relative left"),
    "accounts/<str:number>/files/use.<form:form>": by("holder left"),
    "accounts/<str:number>/files/bills.<form:form>": by("holder relative left"),
    "accounts/<str:number>/files/year.<form:form>": by(LINKED),
    "accounts/<str:number>/files/use.xml": by("holder left"),
    "accounts/<str:number>/reads/<month:month>/": by("holder"),
    "accounts/<str:number>/notices/": by("holder relative left"),
    "accounts/<str:number>/preferences/": by("holder", "holder"),
    "accounts/<str:number>/preferences/mine/": by("holder relative", "relative"),
    "accounts/<str:number>/preferences/test/": by("", "holder"),
    "accounts/<str:number>/preferences/quiet/": by("", "holder"),
    "accounts/<str:number>/threshold/": by("holder", "holder"),
    "accounts/<str:number>/threshold/remove/": by("", "holder"),
    "notices/<str:code>/": by("holder relative"),
    "devices/<str:key>/remove/": by("", "holder"),
    "notices/<str:code>/not-me/": by("", "holder relative"),
    # --- one's own
    "me/changes/<int:change>/": by("holder", "holder"),
    "me/changes/<int:change>/cancel/": by("", "holder"),
    "me/invitations/<int:pk>/": by("stranger", "stranger"),  # whom the holder invited
    "me/requests/<int:asked>/": by("holder", "holder"),
    "me/cases/<slug:case>/": by("holder", "holder"),
    "me/cases/<slug:case>/settle/": by("", "holder"),
    "link/requests/<slug:reference>/": by("holder", "holder"),
    "link/requests/<slug:reference>/again/": by("", "holder"),
    "auth/2fa/webauthn/keys/<int:pk>/remove/": by("holder", "holder"),
    "auth/2fa/webauthn/keys/<int:pk>/edit/": by("holder", "holder"),
    # --- programs: whatever row there is not, one answer says so; who left sees none of these days
    "api/v1/accounts/<str:number>/": by(LINKED),
    "api/v1/accounts/<str:number>/days/": by("holder"),
    "api/v1/accounts/<str:number>/bills/": by("holder relative left"),
    "api/v1/accounts/<str:number>/bills/<month:month>/": by("holder relative"),
    "api/v1/accounts/<str:number>/notices/": by("holder relative left"),
    "api/v1/accounts/<str:number>/notices/<str:code>/read/": by("", "holder relative"),
    "api/v1/accounts/<str:number>/preferences/": by("holder"),
    "api/v1/accounts/<str:number>/threshold/": by("holder"),
    # --- the desk: staff who gave a reason for opening the account, of its company or of all
    "desk/customers/account/<int:account_id>/change/": by(STAFF),
    "desk/customers/account/<path:object_id>/change/": by(STAFF),
    "desk/customers/account/<path:object_id>/history/": by(STAFF, STAFF),
    "desk/customers/account/<path:object_id>/delete/": by(),
    "desk/customers/account/<int:account_id>/open/": by("", STAFF),
    "desk/customers/datarequest/login/<int:user_id>/open/": by("", "agent supervisor auditor"),
    # A case of a login is about no account: city staff alone.
    "desk/customers/case/login/<int:user_id>/open/": by("", "agent supervisor operator auditor"),
    "desk/customers/case/<int:case_id>/change/": by(STAFF),
    "desk/customers/account/<int:account_id>/case/": by(RECORDING, RECORDING),
    # Why a customer's login is opened, and a colleague's lost second step.
    "desk/customers/user/<int:user_id>/open/": by("", "supervisor auditor"),
    "desk/notifications/notice/tell/<int:account_id>/": by(
        "agent officer supervisor", "agent officer supervisor"
    ),
    "desk/customers/lostfactor/of/<int:user_id>/": by("supervisor", "supervisor"),
    # It is about the agent, who sees and refuses it.
    "desk/customers/lostfactor/<int:lost_id>/change/": by("agent supervisor auditor"),
    "desk/customers/lostfactor/<int:lost_id>/decide/<slug:verb>/": by("", "agent supervisor"),
    "desk/customers/lostfactor/<int:lost_id>/code/": by("", "supervisor"),
    "desk/customers/account/<int:account_id>/reveal/<int:contact_id>/": by("", STAFF),
    "desk/customers/account/<int:account_id>/arrange/<slug:kind>/": by(RECORDING, RECORDING),
    "desk/customers/account/<int:account_id>/needs/add/": by(RECORDING, RECORDING),
    "desk/customers/account/<int:account_id>/needs/<int:need_id>/confirm/": by(
        RECORDING, RECORDING
    ),
    "desk/customers/account/<int:account_id>/needs/<int:need_id>/end/": by(RECORDING, RECORDING),
    "desk/customers/arrangement/<path:object_id>/change/": by(STAFF),
    "desk/customers/arrangement/<path:object_id>/history/": by(STAFF, STAFF),
    "desk/customers/arrangement/<path:object_id>/delete/": by(),
    "desk/customers/arrangement/<int:arrangement_id>/renew/": by(RECORDING, RECORDING),
    "desk/customers/arrangement/<int:arrangement_id>/end/": by(RECORDING, RECORDING),
    # The arrangement of the matrix names no relative; test_arranging.py asks of one that does.
    "desk/customers/arrangement/<int:arrangement_id>/relative/send/": by("", ""),
    "desk/customers/arrangement/<int:arrangement_id>/relative/confirm/": by("", ""),
    "desk/customers/arrangement/<int:arrangement_id>/<slug:verb>/": by("", "supervisor"),
    "desk/customers/linkrequest/at/<int:account_id>/": by(RECORDING, RECORDING),
    "desk/customers/linkrequest/at/<int:account_id>/letter/": by("", RECORDING),
    # outages are everybody's to know; what is new of one records its company, or all of them
    "desk/notifications/outage/<int:outage_id>/show/": by(f"{STAFF} officer_elsewhere"),
    "desk/notifications/outage/<int:outage_id>/record/<slug:news>/": by("", RECORDING),
    # --- files that were brought: who loads them mends their rows, auditors are told that they may
    # not; this one refused none
    "desk/customers/load/<int:load_id>/change/": by("operator supervisor auditor"),
    "desk/customers/load/<int:load_id>/refused.xlsx": by("auditor"),
    "desk/customers/load/<int:load_id>/mend/": by("", "operator supervisor auditor"),
    "desk/customers/load/<int:load_id>/ask/": by("", "operator supervisor auditor"),
    "api/v1/loads/<int:load_id>/": by("operator supervisor auditor"),
    "api/v1/loads/<int:load_id>/refused/": by("operator supervisor auditor"),
    "desk/customers/load/<int:load_id>/manifest.json": by("operator supervisor auditor"),
    # --- written by hand: whoever has no business with it is told so, there or not
    "desk/notifications/campaign/<int:campaign_id>/show/": by("supervisor auditor"),
    "desk/notifications/campaign/<int:campaign_id>/show/<slug:verb>/": by("", "supervisor"),
    # --- a cut-over is its company's, and everybody's who sees all companies
    "desk/notifications/cutover/<int:cutover_id>/show/": by("officer supervisor auditor"),
    "desk/notifications/cutover/<int:cutover_id>/show/<slug:verb>/": by("", "supervisor"),
    "desk/notifications/cutover/<int:cutover_id>/calls/list.csv": by("officer supervisor"),
    "desk/notifications/cutover/<int:cutover_id>/calls/print/": by("officer supervisor"),
    "desk/notifications/cutover/<int:cutover_id>/calls/ask/": by("", "officer supervisor"),
    "desk/notifications/cutover/<int:cutover_id>/calls/<int:loss_id>/reveal/": by(
        "", "officer supervisor auditor"
    ),
    # Who calls a stop off, or lets it through, hears that it is there without a reason given.
    "desk/billing/supplystop/<int:stop_id>/call-off/": by("", "officer supervisor"),
    "desk/billing/supplystop/<int:stop_id>/override/": by("", "supervisor"),
    # Who loads bills looks at those that differ; others hear nothing of them.
    "desk/billing/bill/<int:bill_id>/checked/": by("", "operator supervisor"),
    "desk/r/<path:content_type_id>/<path:object_id>/": by(),
}
