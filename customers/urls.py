"""Pages about addresses."""

from django.urls import path

from customers import views

urlpatterns = [
    path("accounts/<str:number>/people/", views.people, name="people"),
    path("accounts/<str:number>/people/<int:pk>/end/", views.end_person, name="end_person"),
    path(
        "accounts/<str:number>/people/invitations/<int:pk>/withdraw/",
        views.withdraw,
        name="withdraw_invitation",
    ),
]
