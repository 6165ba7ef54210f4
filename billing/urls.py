"""Pages of bills."""

from django.urls import path

from billing import views
from portal.lib import paths  # noqa: F401  registers the month in paths

urlpatterns = [
    path("work-out/", views.work_out, name="work_out"),
    path("accounts/<str:number>/bills/", views.bill_list, name="bills"),
    path("accounts/<str:number>/bills/<month:month>/", views.bill_detail, name="bill"),
    path(
        "accounts/<str:number>/bills/<month:month>/bill.pdf", views.bill_document, name="bill_pdf"
    ),
    path("accounts/<str:number>/bills/<month:month>/why/", views.bill_change, name="bill_change"),
    path("accounts/<str:number>/reads/<month:month>/", views.reads, name="reads"),
    path("accounts/<str:number>/neighbours/", views.neighbours, name="neighbours"),
    path("accounts/<str:number>/files/", views.downloads, name="downloads"),
    path("accounts/<str:number>/files/use.csv", views.use_csv, name="use_csv"),
    path("accounts/<str:number>/files/bills.csv", views.bills_csv, name="bills_csv"),
    path("accounts/<str:number>/files/use.xml", views.green_button_file, name="green_button"),
]
