"""Pages of notices."""

from django.urls import path

from notifications.views import (
    devices,
    hooks,
    inbox,
    own_choices,
    preferences,
    refusing,
    thresholds,
    unsubscribing,
    verifying,
)

urlpatterns = [
    path("notices/", inbox.inbox_list, name="inbox"),
    path("notices/<str:code>/", inbox.notice, name="notice"),
    path("notices/<str:code>/not-me/", refusing.refuse_notice, name="refuse_notice"),
    path("preferences/", preferences.preferences_start, name="preferences"),
    path("devices/", devices.device_list, name="devices"),
    path("devices/add/", devices.add, name="add_device"),
    path("devices/<str:key>/remove/", devices.remove, name="remove_device"),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("push-worker.js", devices.worker, name="push_worker"),
    path("verify/", verifying.verify_notice, name="verify_notice"),
    path("verify/not-me/", refusing.refuse_verified, name="refuse_verified"),
    path("accounts/<str:number>/notices/", inbox.account_notices, name="account_notices"),
    path(
        "accounts/<str:number>/preferences/",
        preferences.account_preferences,
        name="account_preferences",
    ),
    path(
        "accounts/<str:number>/preferences/mine/",
        own_choices.own_preferences,
        name="own_preferences",
    ),
    path("accounts/<str:number>/preferences/quiet/", preferences.save_quiet, name="save_quiet"),
    path("accounts/<str:number>/threshold/", thresholds.threshold, name="threshold"),
    path(
        "accounts/<str:number>/threshold/remove/",
        thresholds.remove_threshold,
        name="remove_threshold",
    ),
    path("accounts/<str:number>/preferences/test/", preferences.send_test, name="send_test"),
    path("hooks/zalo/", hooks.zalo_hook, name="zalo_hook"),
    path("hooks/esms/<str:secret>/", hooks.esms_hook, name="esms_hook"),
    path("hooks/speedsms/<str:secret>/", hooks.speedsms_hook, name="speedsms_hook"),
    path("hooks/push/<str:reference>/", hooks.push_hook, name="push_hook"),
    path("hooks/email/<str:secret>/", hooks.email_hook, name="email_hook"),
]
