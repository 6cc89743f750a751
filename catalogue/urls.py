"""(being written)"""

from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "catalogue"


def index(request: HttpRequest) -> HttpResponse:
    return HttpResponse("index")


def tool(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse("tool")


urlpatterns = [path("", index, name="index"), path("<slug:slug>/", tool, name="tool")]
