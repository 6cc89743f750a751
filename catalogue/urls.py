"""Addresses of the catalogue."""

from __future__ import annotations

from django.urls import path

from catalogue.views.index import index
from catalogue.views.report import report
from catalogue.views.tool import tool

app_name = "catalogue"

urlpatterns = [
    path("", index, name="index"),
    path("<slug:slug>/", tool, name="tool"),
    path("<slug:slug>/report/", report, name="report"),
]
