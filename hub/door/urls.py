"""Addresses of the account, one by one, and doors that are closed before anything behind them answers.

allauth's own list is not included: what is not here does not exist. The names of closed addresses remain, because
allauth asks for some of them.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, URLResolver, path, re_path

from community.views import administration, audit, join, terms, vetting
from hub.door import views
from hub.door.limits import limited

account_urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.overview, name="account_overview"),
    path("terms/", terms.accept, name="account_terms"),
    path("sessions/", views.sessions, name="account_sessions"),
    path("enrol/", views.enrol_password, name="account_enrol_password"),
    path("enrol/strength/", views.enrol_strength, name="account_enrol_strength"),
    re_path(r"^enrol/(?P<token>[A-Za-z0-9_-]{43})/$", views.enrol, name="account_enrol"),
    path("login/", account.login, name="account_login"),
    path("logout/", views.LogOutView.as_view(), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/strength/", views.password_strength, name="account_password_strength"),
    path("2fa/", factors.index, name="mfa_index"),
    path("2fa/authenticate/", factors.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", app.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("2fa/webauthn/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("2fa/webauthn/keys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        views.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
    # Closed: nobody signs up or resets a password alone, and addresses are changed by people who vet.
    path("signup/", views.closed, name="account_signup"),
    path("email/", views.closed, name="account_email"),
    path("confirm-email/", views.closed, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", views.closed, name="account_confirm_email"),
    path("password/set/", views.closed, name="account_set_password"),
    path("password/reset/", views.closed, name="account_reset_password"),
    path("password/reset/done/", views.closed, name="account_reset_password_done"),
    path("password/reset/key/<str:uidb36>-<str:key>/", views.closed, name="account_reset_password_from_key"),
    path("login/code/confirm/", views.closed, name="account_confirm_login_code"),
    path("2fa/recovery-codes/download/", views.closed, name="mfa_download_recovery_codes"),
]

join_urlpatterns: list[URLPattern | URLResolver] = [
    path("", limited("join_start")(join.start), name="join"),
    path("terms/", terms.read, name="join_terms"),
    path("code/", limited("join_code")(join.code), name="join_code"),
    path("check/", limited("join")(join.check), name="join_check"),
    path("document/", limited("join_document")(join.document), name="join_document"),
    path("later/", join.later, name="join_later"),
    path("status/", limited("join")(join.status), name="join_status"),
    path("withdraw/", limited("join")(join.withdraw), name="join_withdraw"),
    re_path(r"^return/(?P<key>[A-Za-z0-9_-]{43})/$", limited("join")(join.come_back), name="join_return"),
    path("<slug:slug>/", limited("join")(join.question), name="join_question"),
]

vetting_urlpatterns: list[URLPattern | URLResolver] = [
    path("", vetting.queue, name="vetting"),
    path("<uuid:uuid>/", vetting.case, name="vetting_case"),
    path("<uuid:uuid>/call/", vetting.call, name="vetting_call"),
    path("<uuid:uuid>/sponsor/", vetting.sponsor, name="vetting_sponsor"),
    path("<uuid:uuid>/finding/", vetting.finding, name="vetting_finding"),
    path("<uuid:uuid>/decide/", vetting.decide, name="vetting_decide"),
    path("<uuid:uuid>/give-back/", vetting.give_back, name="vetting_give_back"),
    path("<uuid:uuid>/documents/<uuid:document>/", vetting.document, name="vetting_document"),
    path("<uuid:uuid>/documents/<uuid:document>/<int:number>/", vetting.page, name="vetting_page"),
    path("figures/", vetting.figures, name="vetting_figures"),
    path("country/", vetting.country, name="vetting_country"),
    path("country/<uuid:uuid>/", vetting.country_case, name="vetting_country_case"),
    path("country/<uuid:uuid>/answer/", vetting.country_answer, name="vetting_country_answer"),
]

administration_urlpatterns: list[URLPattern | URLResolver] = [
    path("", administration.overview, name="administration"),
    path("roles/", administration.roles, name="administration_roles"),
    path("roles/propose/", administration.propose_a_role, name="administration_roles_propose"),
    path("roles/decide/", administration.decide_about_role, name="administration_roles_decide"),
    path("agencies/", administration.agencies, name="administration_agencies"),
    path("agencies/add/", administration.add_an_agency, name="administration_agencies_add"),
    path("agencies/confirm/", administration.confirm_domains, name="administration_domains_confirm"),
    path("agencies/<uuid:uuid>/", administration.agency, name="administration_agency"),
    path(
        "agencies/<uuid:uuid>/propose/",
        administration.propose_a_domain,
        name="administration_domain_propose",
    ),
    path(
        "agencies/<uuid:uuid>/decide/",
        administration.decide_about_domain,
        name="administration_domain_decide",
    ),
    path("focal-points/", administration.focal_points, name="administration_focal_points"),
    path(
        "focal-points/propose/",
        administration.propose_a_focal_point,
        name="administration_focal_points_propose",
    ),
    path(
        "focal-points/decide/",
        administration.decide_about_focal_point,
        name="administration_focal_points_decide",
    ),
    path("suspensions/", administration.suspensions, name="administration_suspensions"),
    path("suspensions/suspend/", administration.suspend, name="administration_suspensions_suspend"),
    path(
        "suspensions/decide/",
        administration.decide_about_suspension,
        name="administration_suspensions_decide",
    ),
    path("audit/", audit.read_audit, name="administration_audit"),
    path("terms/", administration.terms, name="administration_terms"),
    path("terms/publish/", administration.publish_terms, name="administration_terms_publish"),
]

# Wagtail's own doors let an account in by its password alone, whatever its second factor and its membership. Its page
# that fails on purpose is nobody's business either.
closed_urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^cms/(?:login|password_reset|failwhale)(?:/.*)?$", views.closed),
    path("cms/logout/", views.log_out_of_cms),
    re_path(r"^(?:[\w-]+/)?_util(?:/.*)?$", views.closed),
]
