"""Where the demonstration is. Included with demo settings only."""

from django.urls import path

from hub.demo.views import demo, mail

urlpatterns = [path("", demo, name="demo"), path("mail/", mail, name="demo_mail")]
