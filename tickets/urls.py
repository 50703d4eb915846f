"""Addresses of the tickets' pages."""

from __future__ import annotations

from django.urls import path

from tickets.views import (
    acts,
    answers,
    board,
    channels,
    escalations,
    holidays,
    hours,
    incidents,
    mails,
    presence,
    reports,
    talks,
    tickets,
)

app_name = "tickets"
urlpatterns = [
    path("channels/", talks.talk_list, name="talk_list"),
    path("channels/email/inbound/<str:secret>/", channels.email_inbound, name="email_inbound"),
    path("channels/email/report/<str:secret>/", channels.email_report, name="email_report"),
    path("channels/sms/inbound/<str:secret>/", channels.sms_inbound, name="sms_inbound"),
    path("channels/sms/report/<str:secret>/", channels.sms_report, name="sms_report"),
    path("channels/ussd/<str:secret>/", channels.ussd, name="ussd"),
    path("channels/whatsapp/", channels.whatsapp, name="whatsapp"),
    path("tickets/", tickets.ticket_list, name="ticket_list"),
    path("tickets/board/", board.ticket_board, name="ticket_board"),
    path("tickets/escalations/", escalations.escalation_list, name="escalation_list"),
    path("tickets/holidays/", holidays.day_off_list, name="day_off_list"),
    path("tickets/holidays/<int:pk>/remove/", holidays.day_off_remove, name="day_off_remove"),
    path("tickets/hours/", hours.hours_list, name="hours_list"),
    path("tickets/hours/<int:pk>/", hours.hours_edit, name="hours_edit"),
    path("tickets/incidents/", incidents.incident_list, name="incident_list"),
    path("tickets/incidents/new/", incidents.incident_new, name="incident_new"),
    path("tickets/incidents/<str:ref>/", incidents.incident_detail, name="incident_detail"),
    path("tickets/incidents/<str:ref>/link/", incidents.incident_link, name="incident_link"),
    path("tickets/incidents/<str:ref>/split/", incidents.incident_split, name="incident_split"),
    path("tickets/incidents/<str:ref>/undo/", incidents.incident_undo, name="incident_undo"),
    path("tickets/incidents/<str:ref>/tell/", incidents.incident_tell, name="incident_tell"),
    path("tickets/incidents/<str:ref>/close/", incidents.incident_close, name="incident_close"),
    path("tickets/reports/", reports.ticket_reports, name="ticket_reports"),
    path("tickets/scoreboard/", reports.agency_scoreboard, name="agency_scoreboard"),
    path("tickets/answer/<str:token>/", answers.ticket_answer, name="ticket_answer"),
    path("tickets/answer/<str:token>/papers/<int:pk>/", answers.answer_paper, name="answer_paper"),
    path("tickets/links/<int:pk>/revoke/", answers.answer_link_revoke, name="answer_link_revoke"),
    path("tickets/mails/<int:pk>/put/", mails.mail_put, name="mail_put"),
    path("tickets/mails/<int:pk>/raw/", mails.mail_raw, name="mail_raw"),
    path("tickets/new/", tickets.ticket_new, name="ticket_new"),
    path("tickets/about/<str:ref>/", tickets.consignment_tickets, name="consignment_tickets"),
    path("tickets/attachments/<int:pk>/", acts.attachment_download, name="attachment_download"),
    path("tickets/mails/", mails.mail_list, name="mail_list"),
    path("tickets/mails/<int:pk>/open/", mails.mail_open, name="mail_open"),
    path("tickets/<str:ref>/", tickets.ticket_detail, name="ticket_detail"),
    path("tickets/<str:ref>/messages/", acts.message_new, name="message_new"),
    path("tickets/<str:ref>/actions/", acts.ticket_act, name="ticket_act"),
    path("tickets/<str:ref>/presence/", presence.ticket_presence, name="ticket_presence"),
    path("tickets/<str:ref>/follow/", acts.ticket_follow, name="ticket_follow"),
]
