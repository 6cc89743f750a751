"""All addresses. What stands first wins; closed doors stand before what they close."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from hub.door.urls import (
    account_urlpatterns,
    administration_urlpatterns,
    closed_urlpatterns,
    join_urlpatterns,
    vetting_urlpatterns,
)
from hub.views.desk_account import desk_account
from hub.views.health import healthz, readyz
from hub.views.home import home
from hub.views.robots import robots, sitemap
from hub.views.rooms import community_urls, learning_urls

handler400 = "hub.views.errors.bad_request"
handler403 = "hub.views.errors.permission_denied"
handler404 = "hub.views.errors.page_not_found"
handler429 = "hub.views.errors.too_many_requests"  # allauth asks for it
handler500 = "hub.views.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz/", healthz, name="healthz"),
    path("readyz/", readyz, name="readyz"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    *closed_urlpatterns,
    path("cms/account/", desk_account),
    path("cms/", include(wagtailadmin_urls)),
]

if settings.DEMO:
    from hub.views.styleguide import styleguide

    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))

_translated: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("catalogue/", include("catalogue.urls")),
    path("learning/", include(learning_urls)),
    path("community/", include(community_urls)),
    path("account/", include(account_urlpatterns)),
    path("join/", include(join_urlpatterns)),
    path("vetting/", include(vetting_urlpatterns)),
    path("administration/", include(administration_urlpatterns)),
]
if settings.DEMO:
    _translated.append(path("demo/", include("hub.demo.urls")))

urlpatterns += i18n_patterns(*_translated, path("", include(wagtail_urls)), prefix_default_language=True)
