"""The API, version 1: small, read mostly, the same services and rights as the pages."""

from csp.decorators import csp_update
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from billing import api as billing
from customers import api as customers
from notifications import api as notifications
from portal.lib import paths  # noqa: F401  registers the month in paths
from portal.site import loads_api

app_name = "api"

# Swagger's own style sheet draws its arrows as data: images.
docs = csp_update({"img-src": ["data:"]})(
    SpectacularSwaggerSplitView.as_view(url_name="api:schema")
)

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("accounts/", customers.PlaceList.as_view(), name="accounts"),
    path("accounts/<str:number>/", customers.PlaceDetail.as_view(), name="account"),
    path("accounts/<str:number>/days/", billing.DailyUse.as_view(), name="days"),
    path("accounts/<str:number>/bills/", billing.BillList.as_view(), name="bills"),
    path("accounts/<str:number>/bills/<month:month>/", billing.BillDetail.as_view(), name="bill"),
    path("accounts/<str:number>/notices/", notifications.NoticeList.as_view(), name="notices"),
    path(
        "accounts/<str:number>/notices/<str:code>/read/",
        notifications.NoticeRead.as_view(),
        name="notice_read",
    ),
    path(
        "accounts/<str:number>/preferences/",
        notifications.Preferences.as_view(),
        name="preferences",
    ),
    path("accounts/<str:number>/threshold/", notifications.Threshold.as_view(), name="threshold"),
    path("kinds/", loads_api.KindList.as_view(), name="kinds"),
    path("kinds/<slug:kind>/template.xlsx", loads_api.KindTemplate.as_view(), name="template"),
    path("kinds/<slug:kind>/loads/", loads_api.LoadOfKind.as_view(), name="load_of_kind"),
    path("loads/", loads_api.LoadList.as_view(), name="loads"),
    path("loads/<int:load_id>/", loads_api.LoadDetail.as_view(), name="load"),
    path("loads/<int:load_id>/refused/", loads_api.LoadRefused.as_view(), name="load_refused"),
    path("loads/<int:load_id>/steps/<slug:verb>/", loads_api.LoadStep.as_view(), name="load_step"),
]
