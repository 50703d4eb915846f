"""Addresses of the inbox, of what one is told, and of the outbox."""

from __future__ import annotations

from django.urls import path

from notify.views import browsers, inbox, notifications, outbox

app_name = "notify"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="read_all"),
    path("inbox/unread/", inbox.unread, name="unread"),
    path("me/notifications/", notifications.notification_edit, name="notification_edit"),
    path("me/notifications/phone/", notifications.phone_ask, name="phone_ask"),
    path("me/notifications/phone/code/", notifications.phone_prove, name="phone_prove"),
    path("me/notifications/phone/forget/", notifications.phone_forget, name="phone_forget"),
    path("me/notifications/email/mend/", notifications.address_mend, name="address_mend"),
    path("me/notifications/browser/", browsers.browser_add, name="browser_add"),
    path("me/notifications/browser/remove/", browsers.browser_remove, name="browser_remove"),
    path("notifications/browser/renew/", browsers.browser_renew, name="browser_renew"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/failed/", outbox.dead_letter_list, name="dead_letter_list"),
    path("outbox/failed/replay/", outbox.dead_letters_replay, name="dead_letters_replay"),
    path("outbox/failed/<int:pk>/replay/", outbox.notice_replay, name="notice_replay"),
    path("outbox/channels/<str:channel>/", outbox.channel_stop, name="channel_stop"),
    path("outbox/wording/", outbox.wording_preview, name="wording_preview"),
    # Short, since it stands in SMS.
    path("n/<str:key>/", notifications.notice_why, name="notice_why"),
    path("notifications/end/<str:key>/", notifications.topic_end, name="topic_end"),
]
