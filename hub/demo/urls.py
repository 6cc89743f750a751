"""Where the demonstration is. Included with demo settings only."""

from django.urls import path

from hub.demo.views import demo

urlpatterns = [path("", demo, name="demo")]
