"""The URL map. Apps are named as strings, so that nothing is imported from above."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from liaison.views import home, invitations, members

_own = [
    path("me/", home.me, name="me"),
    path("acting-for/", members.acting_for, name="acting_for"),
    path("organizations/<int:pk>/members/", members.member_list, name="member_list"),
    path("organizations/<int:pk>/leave/", members.organization_leave, name="organization_leave"),
    path("organizations/<int:pk>/hand-over/", members.organization_hand_over, name="organization_hand_over"),
    path("members/<int:pk>/role/", members.member_role, name="member_role"),
    path("members/<int:pk>/suspend/", members.member_suspend, name="member_suspend"),
    path("members/<int:pk>/reinstate/", members.member_reinstate, name="member_reinstate"),
    path("members/<int:pk>/remove/", members.member_remove, name="member_remove"),
    path("people/<int:pk>/suspend/", members.person_suspend, name="person_suspend"),
    path("people/<int:pk>/reinstate/", members.person_reinstate, name="person_reinstate"),
    path("organizations/<int:pk>/invitations/new/", invitations.invitation_new, name="invitation_new"),
    path("invitations/<int:pk>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path("invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", invitations.invitation_detail, name="invitation_detail"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include((_own, "liaison"))),
    path("language/", home.set_language, name="set_language"),
    path("accounts/login/", home.Login.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("healthz", home.healthz, name="healthz"),
    path("readyz", home.readyz, name="readyz"),
    path("", include("cargo.urls")),
    path("", include("corridor.urls")),
    path("", include("feeds.urls")),
    path("", include("notify.urls")),
    path("api/v1/", include("api.urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]
