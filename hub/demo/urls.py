"""Where the demonstration is. Included with demo settings only."""

from django.urls import path

from hub.demo.views import demo, let_time_pass, mail

urlpatterns = [
    path("", demo, name="demo"),
    path("mail/", mail, name="demo_mail"),
    path("time/", let_time_pass, name="demo_time"),
]
