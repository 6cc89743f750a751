"""(being written)"""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def demo(request: HttpRequest) -> HttpResponse:
    return HttpResponse("demo")


urlpatterns = [path("", demo, name="demo")]
