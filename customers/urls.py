"""Pages about addresses."""

from django.urls import path

from customers import views

urlpatterns = [
    path("accounts/<str:number>/people/", views.people, name="people"),
]
