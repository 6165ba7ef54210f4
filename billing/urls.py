"""Pages of bills."""

from django.urls import path

from billing import views
from portal.lib import files_out, paths  # noqa: F401  register month and form in paths

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
    path("accounts/<str:number>/files/use.<form:form>", views.use_file, name="use_file"),
    path("accounts/<str:number>/files/bills.<form:form>", views.bills_file, name="bills_file"),
    path("accounts/<str:number>/files/use.xml", views.green_button_file, name="green_button"),
]
