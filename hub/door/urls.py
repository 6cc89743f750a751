"""(being written)"""

from django.urls import include, path

account_urlpatterns = [path("", include("allauth.urls"))]
closed_urlpatterns: list = []
