"""Every URL as each of the cast, and as nobody: who gets in, who does not, and that nothing leaks to who may not see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from cargo.claims import Proof, admit
from cargo.models import Claim, Consignment, Lot, Measure, Paper, ShareLink, TariffRow, Upload, Waiver
from cargo.papers import Audience, add_paper, write_note
from cargo.registration import Particulars
from cargo.sharing import share, token_of
from cargo.tariffs import load_tariff
from cargo.uploads import keep_upload
from corridor.models import Advisory, Condition, DayRecord, Leg, VesselCall
from corridor.picture import picture
from demo import mailbox
from feeds.models import Delivery, Replay
from feeds.sources import add_source
from liaison.documents import add_document
from liaison.focal_points import Entry, add_focal_point
from liaison.models import Document, FocalPoint, Invitation, Job, Membership, Person
from liaison.people import add_person
from observatory.counting import count
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import (
    AT,
    FIRMS,
    ROWS,
    Cast,
    cast_known,
    make_cast,
    make_consignment,
    own_caches,
    program_of,
    source_of,
)
from tests.corridor.notices import draft, published
from tests.corridor.test_settling import said
from tests.liaison.offers import offer, token_for
from tests.liaison.papers import PDF
from tests.rows import Rows, made_by, put
from tests.test_architecture import patterns
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.conversation import Saying, say
from tickets.incidents import Struck, open_incident
from tickets.models import Attachment, Incident, Ticket

As = Callable[[Person | None], Client]
PARTS = ("nobody", "importer", "agent", "stranger", "officer", "desk", "official", "robot")


# Providers' callbacks with a secret in the address.
DOORS = ("email_inbound", "email_report", "sms_inbound", "sms_report", "ussd")


def answers(statuses: str) -> dict[str, int]:
    """The status for each of PARTS; one alone stands for all."""
    given = [int(status) for status in statuses.split()]
    return dict(zip(PARTS, given * len(PARTS) if len(given) == 1 else given, strict=len(given) > 1))


@dataclass(frozen=True)
class Rule:
    """What a URL answers to each part; ``tells`` what of the importer's cargo it may show to those who get 200."""

    statuses: str
    method: str = "get"
    tells: str = ""
    data: dict[str, str] = field(default_factory=dict)


#                                        nobody importer agent stranger officer desk official robot
RULES: dict[str, Rule] = {
    "home":                       Rule("200    302     302   302      302     302  302      200"),
    "liaison:me":                 Rule("302    200     200   200      200     200  200      302"),
    "liaison:my_data":            Rule("302    200     200   200      200     200  200      302"),
    "liaison:job_list":           Rule("302    200     200   200      200     200  200      302"),
    "liaison:job_file":           Rule("302    200     404   404      404     404  404      302"),
    "liaison:my_data_download":   Rule("302"),
    "liaison:consent_answer":     Rule("302", method="post", data={"purpose": "survey", "answer": "yes", "version": "1"}),
    "liaison:erasure":            Rule("302"),
    "liaison:manifest":           Rule("200"),
    "liaison:offline":            Rule("200"),
    "liaison:help_list":          Rule("200"),
    "liaison:help_detail":        Rule("200"),
    "liaison:glossary":           Rule("200"),
    "liaison:styleguide":         Rule("302    403     403   403      200     403  403      302"),
    "liaison:privacy":            Rule("200"),
    "liaison:privacy_record":     Rule("302    403     403   403      403     403  403      302"),
    "liaison:journal_list":       Rule("302    403     403   403      403     403  403      302"),
    "liaison:journal_export":     Rule("302    403     403   403      403     403  403      302"),
    "liaison:organization_register": Rule("200 200     200   200      200     200  200      200"),
    "liaison:registration_sent":  Rule("200"),
    "liaison:registration_confirm": Rule("410"),
    "liaison:organization_detail": Rule("302   200     404   404      200     404  404      302", tells="importer officer"),
    "liaison:organization_edit":  Rule("302    200     404   404      403     404  404      302", tells="importer"),
    "liaison:organization_apply": Rule("302    302     404   404      403     404  404      302", method="post"),
    "liaison:document_upload":    Rule("302    422     404   404      403     404  404      302", method="post"),
    "liaison:document_download":  Rule("302    200     404   404      200     404  404      302", tells="importer officer"),
    "liaison:document_delete":    Rule("302    403     404   404      403     404  404      302", method="post"),
    "liaison:verification_list":  Rule("302    403     403   403      200     403  403      302"),
    "liaison:verification_detail": Rule("302   403     403   403      200     403  403      302", tells="officer"),
    "liaison:directory_list":     Rule("302    403     403   403      200     403  403      302", tells="officer"),
    "liaison:directory_detail":   Rule("302    403     403   403      200     403  403      302", tells="officer"),
    "liaison:directory_export":   Rule("302    403     403   403      200     403  403      302", tells="officer"),
    "liaison:who_to_call":        Rule("302    403     403   403      200     403  403      302", tells="officer"),
    "liaison:call_note_new":      Rule("302    403     403   403      422     403  403      302", method="post"),
    "liaison:focal_point_new":    Rule("302    403     403   403      403     403  403      302"),
    "liaison:focal_point_edit":   Rule("302    403     403   403      403     403  403      302"),
    "liaison:focal_point_remove": Rule("302    403     403   403      403     403  403      302"),
    "liaison:focal_point_concerns": Rule("302  403     403   403      200     403  403      302", tells="officer"),
    "liaison:sheet_new":          Rule("302    403     403   403      403     403  403      302"),
    "liaison:sheet_template":     Rule("302    403     403   403      403     403  403      302"),
    "liaison:sheet_detail":       Rule("302    403     403   403      403     403  403      302"),
    "liaison:acting_for":         Rule("302", method="post"),
    "liaison:member_list":        Rule("302    200     404   404      200     404  404      302"),
    "liaison:member_role":        Rule("302    200     404   404      403     404  404      302"),
    "liaison:member_suspend":     Rule("302    200     404   404      403     404  404      302"),
    "liaison:member_reinstate":   Rule("302    200     404   404      403     404  404      302"),
    "liaison:member_remove":      Rule("302    200     404   404      403     404  404      302"),
    "liaison:organization_leave": Rule("302    200     404   404      404     404  404      302"),
    "liaison:organization_hand_over": Rule("302 200    404   404      403     404  404      302"),
    "liaison:person_suspend":     Rule("302    403     403   403      403     403  403      302"),
    "liaison:person_reinstate":   Rule("302    403     403   403      403     403  403      302"),
    "liaison:second_factor_remove": Rule("302  403     403   403      403     403  403      302"),
    "liaison:invitation_new":     Rule("302    200     404   404      403     404  404      302"),
    "liaison:invitation_resend":  Rule("302    200     404   404      403     404  404      302"),
    "liaison:invitation_withdraw": Rule("302   200     404   404      403     404  404      302"),
    "liaison:invitation_detail":  Rule("200"),
    "set_language":               Rule("302", method="post", data={"language": "fr"}),
    "account_login":              Rule("200    302     302   302      302     302  302      200"),
    "account_request_login_code": Rule("200    302     302   302      302     302  302      200"),
    "account_confirm_login_code": Rule("302"),
    "account_logout":             Rule("302", method="post"),
    "account_signup":             Rule("200    302     302   302      302     302  302      200"),
    "account_reauthenticate":     Rule("302    403     403   403      403     403  403      302"),
    "account_email":              Rule("302"),
    "account_confirm_email":      Rule("200"),
    "account_change_password":    Rule("302"),
    "account_set_password":       Rule("302"),
    "account_reset_password":     Rule("200"),
    "account_reset_password_done": Rule("200"),
    "account_reset_password_from_key": Rule("200"),
    "mfa_index":                  Rule("302"),
    "mfa_authenticate":           Rule("302"),
    "mfa_reauthenticate":         Rule("302    403     403   403      403     403  403      302"),
    "mfa_activate_totp":          Rule("302"),
    "mfa_deactivate_totp":        Rule("302"),
    "mfa_view_recovery_codes":    Rule("302    404     404   404      404     404  404      302"),
    "mfa_generate_recovery_codes": Rule("302"),
    "mfa_add_webauthn":           Rule("302"),
    "mfa_remove_webauthn":        Rule("302"),
    "mfa_login_webauthn":         Rule("302"),
    "mfa_reauthenticate_webauthn": Rule("302    403     403   403      403     403  403      302"),
    "liaison:security":           Rule("302    200     200   200      200     200  200      302"),
    "liaison:session_list":       Rule("302    200     200   200      200     200  200      302"),
    "liaison:session_end":        Rule("302", method="post"),
    "liaison:sessions_end":       Rule("302", method="post"),
    "healthz":                    Rule("200"),
    "status":                     Rule("200"),
    "readyz":                     Rule("503"),
    "metrics":                    Rule("401    403     403   403      403     403  403      401"),
    "cargo:consignment_list":     Rule("302    200     200   200      200     403  403      302", tells="importer agent officer"),
    "cargo:consignment_export":   Rule("302    200     200   200      200     403  403      302", tells="importer agent officer"),
    "cargo:filter_save":          Rule("302    302     302   302      302     403  403      302", method="post", data={"name": "x"}),
    "cargo:filter_remove":        Rule("302    404     404   404      404     403  403      302", method="post"),
    "cargo:consignment_new":      Rule("302    200     200   200      200     403  403      302"),
    "cargo:consignment_archive":  Rule("302    200     200   200      200     403  403      302"),
    "cargo:message_new":          Rule("302    200     200   200      200     403  403      302"),
    "cargo:container_take_out":   Rule("302    200     200   404      200     403  403      302", tells="importer agent officer"),
    "cargo:consignment_merge":    Rule("302    200     200   404      200     403  403      302", tells="importer agent officer"),
    "cargo:consignment_bring_back": Rule("302  302     302   404      302     403  403      302", method="post"),
    "cargo:consignment_detail":   Rule("302    200     200   404      200     403  403      302", tells="importer agent officer"),
    # The only day that is known is that of a charge, of which the agent may not know.
    "cargo:consignment_calendar": Rule("302    200     404   404      200     403  403      302", tells="importer officer"),
    "cargo:consignment_told":     Rule("302    302     302   404      302     403  403      302", method="post"),
    "cargo:paper_new":            Rule("302    200     200   404      200     403  403      302", tells="importer agent officer"),
    "cargo:paper_download":       Rule("302    200     404   404      404     403  403      302", tells="importer"),
    "cargo:paper_delete":         Rule("302    302     404   404      404     403  403      302", method="post"),
    "cargo:note_new":             Rule("302    200     200   404      200     403  403      302", tells="importer agent officer"),
    "cargo:share_new":            Rule("302    200     200   404      200     403  403      302", tells="importer agent officer"),
    "cargo:share_print":          Rule("302    200     200   404      200     403  403      302", tells="importer agent officer"),
    "cargo:share_revoke":         Rule("302    302     302   404      302     403  403      302", method="post"),
    "cargo:tracking":             Rule("200"),
    "cargo:consignment_edit":     Rule("302    200     200   404      200     403  403      302", tells="importer agent officer"),
    "cargo:lot_list":             Rule("302    200     200   404      200     403  403      302", tells="importer agent officer"),
    "cargo:measure_take_back":    Rule("302    302     302   404      302     403  403      302", method="post"),
    "cargo:consignment_upload":   Rule("302    200     200   200      200     403  403      302"),
    "cargo:upload_detail":        Rule("302    200     404   404      404     403  403      302", tells="importer"),
    "cargo:upload_failures":      Rule("302    200     404   404      404     403  403      302"),
    "cargo:upload_template":      Rule("302    200     200   200      200     403  403      302"),
    "cargo:claim_list":           Rule("302    200     200   200      200     403  403      302", tells="stranger officer"),
    "cargo:claim_detail":         Rule("302    404     404   200      200     403  403      302", tells="stranger officer"),
    "cargo:claim_paper":          Rule("302    404     404   200      200     403  403      302"),
    "cargo:unmatched_list":       Rule("302    403     403   403      200     403  403      302", tells=""),
    "cargo:forecast_card":        Rule("200"),
    "cargo:nomination_list":      Rule("302    200     200   200      200     403  403      302", tells="importer agent officer"),
    "cargo:nomination_new":       Rule("302    200     200   200      403     403  403      302"),
    "cargo:nomination_accept":    Rule("302    403     302   404      403     403  403      302", method="post"),
    "cargo:nomination_end":       Rule("302    302     302   404      403     403  403      302", method="post"),
    "cargo:waiver_list":          Rule("302    200     200   200      200     403  403      302"),
    "cargo:waiver_new":           Rule("302    403     403   403      403     403  403      302"),
    "cargo:waiver_end":           Rule("302    403     403   403      403     403  403      302", method="post"),
    "cargo:rate_list":            Rule("302    200     200   200      200     403  403      302"),
    "cargo:tariff_list":          Rule("302    200     200   200      200     403  403      302"),
    "cargo:tariff_new":           Rule("302    403     403   403      403     403  403      302"),
    "cargo:tariff_approve":       Rule("302    403     403   403      403     403  403      302"),
    "cargo:phoned_new":           Rule("302    403     403   403      200     403  403      302"),
    "cargo:phoned_call_new":      Rule("302    403     403   403      200     403  403      302"),
    "cargo:delivery_reread":      Rule("302    403     403   403      302     403  403      302", method="post"),
    "corridor:corridor_state":    Rule("200"),
    "corridor:corridor_days":     Rule("200"),
    "corridor:corridor_day":      Rule("200"),
    "corridor:condition_list":    Rule("200"),
    "corridor:condition_new":     Rule("302    403     403   403      200     403  403      302"),
    "corridor:condition_judge":   Rule("302    403     403   403      200     403  403      302"),
    "corridor:network":           Rule("200"),
    "corridor:map":               Rule("200"),
    "corridor:node_detail":       Rule("200"),
    "corridor:node_edit":         Rule("302    403     403   403      200     403  403      302"),
    "corridor:leg_edit":          Rule("302    403     403   403      200     403  403      302"),
    "corridor:distance_new":      Rule("302    403     403   403      422     403  403      302", method="post"),
    "corridor:vessel_call_list": Rule("200"),
    "corridor:vessel_call_detail": Rule("200", tells="importer agent officer"),
    "tickets:email_inbound":      Rule("404", method="post"),
    "tickets:sms_inbound":        Rule("404", method="post"),
    "tickets:sms_report":         Rule("404", method="post"),
    "tickets:email_report":       Rule("404", method="post"),
    "tickets:ussd":               Rule("404", method="post"),
    "tickets:whatsapp":           Rule("403", method="post"),
    "tickets:talk_list":          Rule("302    403     403   403      200     403  403      302"),
    "tickets:escalation_list":    Rule("302    403     403   403      200     403  403      302"),
    "tickets:incident_list":      Rule("302    403     403   403      200     403  403      302"),
    "tickets:incident_new":       Rule("302    403     403   403      200     403  403      302"),
    "tickets:incident_detail":    Rule("302    403     403   403      200     403  403      302", tells="officer"),
    "tickets:incident_link":      Rule("302    403     403   403      302     403  403      302", method="post"),
    "tickets:incident_split":     Rule("302    403     403   403      302     403  403      302", method="post"),
    "tickets:incident_undo":      Rule("302    403     403   403      302     403  403      302", method="post"),
    "tickets:incident_tell":      Rule("302    403     403   403      200     403  403      302"),
    "tickets:incident_close":     Rule("302    403     403   403      200     403  403      302"),
    "tickets:ticket_reports":     Rule("302    403     403   403      200     403  403      302"),
    "tickets:agency_scoreboard":  Rule("200"),
    "tickets:ticket_answer":      Rule("404"),
    "tickets:answer_paper":       Rule("404"),
    "tickets:answer_link_revoke": Rule("302    403     403   403      404     403  403      302", method="post"),
    "tickets:mail_put":           Rule("302    403     403   403      404     403  403      302", method="post"),
    "tickets:mail_raw":           Rule("302    403     403   403      404     403  403      302"),
    "tickets:ticket_presence":    Rule("302    403     403   403      302     403  403      302", method="post"),
    "tickets:mail_list":          Rule("302    403     403   403      200     403  403      302"),
    "tickets:mail_open":          Rule("302    403     403   403      404     403  403      302", method="post"),
    "tickets:ticket_list":        Rule("302    200     200   200      200     200  403      302", tells="importer agent officer"),
    "tickets:ticket_board":       Rule("302    403     403   403      200     403  403      302", tells="officer"),
    "tickets:day_off_list":       Rule("302    403     403   403      200     403  403      302"),
    "tickets:day_off_remove":     Rule("302    403     403   403      403     403  403      302", method="post"),
    "tickets:team_list":          Rule("302    403     403   403      200     403  403      302"),
    "tickets:team_edit":          Rule("302    403     403   403      403     403  403      302"),
    "tickets:team_remove":        Rule("302    403     403   403      403     403  403      302", method="post"),
    "tickets:hours_list":         Rule("302    403     403   403      200     403  403      302"),
    "tickets:hours_edit":         Rule("302    403     403   403      403     403  403      302"),
    "tickets:ticket_new":         Rule("302    200     200   200      200     403  403      302"),
    "tickets:consignment_tickets": Rule("302   200     200   404      200     404  403      302", tells="importer agent officer"),
    "tickets:attachment_download": Rule("302   200     200   404      200     404  403      302", tells="importer agent officer"),
    "tickets:ticket_detail":      Rule("302    200     200   404      200     404  403      302", tells="importer agent officer"),
    "tickets:message_new":        Rule("302    302     302   404      302     404  403      302", method="post", data={"kind": "reply", "text": "x"}),
    "tickets:ticket_act":         Rule("302    403     403   404      302     404  403      302", method="post", data={"action": "assign"}),
    "tickets:ticket_follow":      Rule("302    302     302   404      302     404  403      302", method="post"),
    "corridor:vessel_call_calendar": Rule("200"),
    "corridor:feed":              Rule("200"),
    "corridor:calendar":          Rule("200"),
    "corridor:advisory_list":     Rule("200"),
    "corridor:advisory_detail":   Rule("200"),
    "corridor:advisory_new":      Rule("302    403     403   403      200     403  403      302"),
    "corridor:advisory_draft":    Rule("302    403     403   403      200     403  403      302"),
    "corridor:advisory_edit":     Rule("302    403     403   403      200     403  403      302"),
    "corridor:advisory_publish":  Rule("302    403     403   403      422     403  403      302", method="post"),
    "corridor:advisory_schedule": Rule("302    403     403   403      422     403  403      302", method="post"),
    "corridor:advisory_take_back": Rule("302   403     403   403      302     403  403      302", method="post"),
    "corridor:advisory_correct":  Rule("302    403     403   403      302     403  403      302", method="post"),
    "corridor:advisory_withdraw": Rule("302    403     403   403      200     403  403      302"),
    "corridor:subscription_new":  Rule("200"),
    "corridor:subscription_browser": Rule("422", method="post"),
    "corridor:subscription_browser_end": Rule("200", method="post"),
    "corridor:service_worker":    Rule("200"),
    "corridor:subscription_sent": Rule("200"),
    "corridor:subscription_confirm": Rule("410"),
    "corridor:subscription_edit": Rule("410"),
    "corridor:unsubscribe":       Rule("200"),
    "feeds:source_list":          Rule("302    403     403   403      200     403  403      302"),
    "feeds:source_detail":        Rule("302    403     403   403      200     403  403      302"),
    "feeds:source_pause":         Rule("302    403     403   403      403     403  403      302", method="post"),
    "feeds:source_resume":        Rule("302    403     403   403      403     403  403      302", method="post"),
    "feeds:source_reading":       Rule("302    403     403   403      403     403  403      302", method="post"),
    "feeds:source_test":          Rule("302    403     403   403      422     403  403      302", method="post"),
    "feeds:source_replay":        Rule("302    403     403   403      302     403  403      302", method="post"),
    "feeds:mapping_list":         Rule("302    403     403   403      200     403  403      302"),
    "feeds:quarantine_list":      Rule("302    403     403   403      200     403  403      302", tells="officer"),
    "feeds:quarantine_replay":    Rule("302    403     403   403      422     403  403      302", method="post"),
    "feeds:quarantine_ignore":    Rule("302    403     403   403      422     403  403      302", method="post"),
    "feeds:replay_detail":        Rule("302    403     403   403      200     403  403      302"),
    "feeds:delivery_raw":         Rule("302    403     403   403      200     403  403      302", tells="officer"),
    "feeds:delivery_detail":      Rule("302    403     403   403      200     403  403      302", tells="officer"),
    "observatory:dashboard":      Rule("200"),
    "observatory:comparison":     Rule("200"),
    "observatory:report_list":    Rule("200"),
    # None was made: tests/observatory/test_reports.py makes one.
    "observatory:report_download": Rule("404"),
    # Of the longest trips only to whom the cargo is visible.
    "observatory:report_subscribe": Rule("302    404     404   404      404     404  404      302", method="post"),
    "observatory:report_end":     Rule("200"),
    "observatory:indicator_detail": Rule("200", tells="importer agent officer"),
    "observatory:indicator_embed": Rule("200"),
    "observatory:indicator_file": Rule("200"),
    "notify:inbox":               Rule("302    200     200   200      200     200  200      302", tells="importer agent"),
    "notify:read_all":            Rule("302", method="post"),
    "notify:unread":              Rule("302    200     200   200      200     200  200      302"),
    "notify:notification_edit":   Rule("302    200     200   200      200     200  200      302"),
    "notify:phone_ask":           Rule("302", method="post"),
    "notify:phone_prove":         Rule("302", method="post"),
    "notify:phone_forget":        Rule("302", method="post"),
    "notify:address_mend":        Rule("302", method="post"),
    "notify:browser_add":         Rule("302", method="post"),
    "notify:browser_remove":      Rule("302    404     404   404      404     404  404      302", method="post"),
    "notify:browser_renew":       Rule("400", method="post"),
    "notify:topic_end":           Rule("404"),
    "notify:notice_why":          Rule("404"),
    "notify:outbox":              Rule("302    403     403   403      200     403  403      302"),
    "notify:dead_letter_list":    Rule("302    403     403   403      200     403  403      302"),
    "notify:dead_letters_replay": Rule("302    403     403   403      403     403  403      302", method="post"),
    "notify:notice_replay":       Rule("302    403     403   403      403     403  403      302", method="post"),
    "notify:channel_stop":        Rule("302    403     403   403      403     403  403      302", method="post"),
    "notify:wording_preview":     Rule("302    403     403   403      200     403  403      302"),
    "api:delivery_push":          Rule("401    401     401   401      401     401  401      202", method="post"),
    "dcsa:callback":              Rule("401    401     401   401      401     401  401      204", method="post"),
    "api:conditions":             Rule("200"),
    "api:delivery":               Rule("401    401     401   401      401     401  401      200"),
    "api:nodes":                  Rule("200"),
    "api:token":                  Rule("415", method="post"),
    "api:consignments":           Rule("401    200     200   200      200     200  200      401", tells="importer agent officer"),
    "api:consignments_bulk":      Rule("401    415     415   415      415     403  403      401", method="post"),
    "api:consignment":            Rule("401    200     200   404      200     404  404      401", tells="importer agent officer"),
    "api:events":                 Rule("401    200     200   404      200     404  404      401", tells="importer agent officer"),
    "api:milestones":             Rule("401    200     200   404      200     404  404      401", tells="importer agent officer"),
    "api:forecasts":              Rule("401    200     200   404      200     404  404      401", tells="importer agent officer"),
    "tokens:token_list":          Rule("302"),
    "tokens:token_revoke":        Rule("302", method="post"),
    "api:tickets":              Rule("401    200     200   200      200     200  200      401", tells="importer agent officer"),
    "api:ticket":               Rule("401    200     200   404      200     404  404      401", tells="importer agent officer"),
    "api:consignment_tickets":  Rule("401    200     200   404      200     404  404      401", tells="importer agent officer"),
    "api:ticket_messages":      Rule("401    415     415   404      415     404  404      401", method="post"),
    "api:ticket_actions":       Rule("401    415     415   404      415     404  404      401", method="post"),
    "api:legs":                   Rule("200"),
    "api:indicators":             Rule("200"),
    "api:indicator":              Rule("200"),
    "reference:schema":           Rule("200"),
    "dcsa:dcsa_events":           Rule("401    200     200   200      200     200  200      401", tells="importer agent officer"),
    "dcsa:dcsa_subscriptions":    Rule("401    200     200   200      200     200  200      401"),
    "dcsa:dcsa_subscription":     Rule("401    404     404   404      404     404  404      401"),
    "dcsa:dcsa_secret":           Rule("401    405     405   405      405     405  405      401"),
    "api:webhooks":               Rule("401    200     200   200      200     200  200      401"),
    "api:webhook":                Rule("401    404     404   404      404     404  404      401"),
    "api:webhook_test":           Rule("401    404     404   404      404     404  404      401", method="post"),
    "api:webhook_rotate":         Rule("401    404     404   404      404     404  404      401", method="post"),
    "api:webhook_replay":         Rule("401    404     404   404      404     404  404      401", method="post"),
    "api:webhook_deliveries":     Rule("401    404     404   404      404     404  404      401"),
    "webhooks:webhook_list":      Rule("302"),
    "webhooks:webhook_detail":    Rule("302"),
    "webhooks:webhook_act":       Rule("302", method="post"),
    "reference:docs":             Rule("200"),
    "api:vessel_calls":           Rule("200"),
    "demo:mail_list":             Rule("200"),
    "demo:mail_detail":           Rule("200"),
}  # fmt: skip


KEPT: list[Rows] = []


def put_cargo() -> dict[str, str]:
    """The importer's cargo with an event, a delivery, mail: what could leak. Returns the words by which it is known."""
    if not KEPT:
        KEPT.extend(made_by(make_all))
    put(KEPT[0])
    ticket = Ticket.objects.get()
    return {
        "reference": Consignment.objects.get().ref,
        "bill of lading": "UMUC2611001",
        "container": "TGHU3054380",
        "firm": FIRMS[0],
        "colleague": "colleague@portal.example",
        "newcomer": "newcomer@portal.example",
        "ticket": ticket.ref,
        "trouble": ticket.title,
    }


def make_all() -> None:
    """The cast, the importer's cargo, and everything that belongs to it."""
    make_cast()
    make_consignment()
    cast, consignment = cast_known(), Consignment.objects.select_related("consignee").get()
    clerk = source_of("clerk", "csv_events")
    take_in(clerk, csv(row("discharged", 50), row("gate_out", 1)))
    count(at=timezone.now())
    load_tariff(at=AT)
    take_in(source_of("ura", "status"), said("slow"))
    # The ship that brings it, whose page is open to everybody.
    Consignment.objects.update(vessel="ABACUS", voyage="411E")
    take_in(source_of("ships", "schedule"), b"VESSEL,VOYAGE,ETA\nABACUS,411E,2026-11-24 09:00\n")
    DayRecord.objects.create(day=AT.date(), made_at=AT, picture=picture(AT))
    paper = PDF + cast.importer_firm.name.encode()
    add_document(organization=cast.importer_firm, kind="tax", file_name="t", content=paper, by=cast.importer, at=AT)
    ours = {"consignment": consignment, "organization": cast.importer_firm.pk, "by": cast.importer, "at": AT}
    audience = Audience(agent=False, office=False)
    add_paper(kind="invoice", file_name="i", content=paper, audience=audience, **ours)  # type: ignore[arg-type]
    write_note(text=f"Of {cast.importer_firm.name}", is_shared=False, **ours)  # type: ignore[arg-type]
    share(consignment=consignment, purpose="driver", days=30, by=cast.importer, at=timezone.now())
    firm = cast.importer_firm.name
    add_person(email="colleague@portal.example", role="member", organization=firm, by=None, at=AT)
    offer(cast.importer_firm, "newcomer@portal.example", by=cast.importer)
    named = Entry(name="Colleague", email="colleague@portal.example", concerns=["INFO"])
    add_focal_point(organization=cast.importer_firm, entry=named, by=None, at=AT)
    report(cast, consignment)
    published(cast.officer, "xx-border-malaba")
    draft(cast.officer, "xx-border-malaba")
    box = Particulars(consignee=cast.stranger_firm, containers=["TGHU3054380"])
    admit(particulars=box, proof=Proof(part="own", paper="bill", content=PDF, file_name="b"), by=cast.stranger, at=AT)
    sheet = b"Bill of lading,Containers,HS code\nUMUC2611001,TGHU3054380,x\n"
    keep_upload(content=sheet, file_name="s.csv", consignee=cast.importer_firm, by=cast.importer, at=AT)
    Job.objects.create(
        by=cast.importer, at=AT, kind="consignments", label="x", asked={"consignments": [consignment.pk]},
        state="done", done_at=AT, content=b"x", language="en",
    )  # fmt: skip
    lot = Lot.objects.create(consignment=consignment, number="P1", product="ago")
    Measure.objects.create(lot=lot, stage="depot", litres=9, measured_on=AT, at=AT)


def report(cast: Cast, consignment: Consignment) -> None:
    """The importer's ticket about her cargo, with a paper and a note."""
    load_categories()
    ticket = opened(cast, consignment)
    paper = ("t", PDF + cast.importer_firm.name.encode())
    say(ticket=ticket, saying=Saying(text="Look", papers=[paper]), by=cast.importer, at=AT)
    say(ticket=ticket, saying=Saying(text="Secret", kind="note"), by=cast.officer, at=AT)
    struck = Struck(title="A queue", category=ticket.category)
    open_incident(struck=struck, tickets=[ticket], by=cast.officer, at=AT)


def names() -> list[str]:
    return [
        f"{namespace}:{pattern.name}" if namespace else str(pattern.name)
        for namespace, pattern in patterns(get_resolver())
    ]


def arguments_of(consignment: Consignment, letter: str) -> dict[str, dict[str, object]]:
    """What the addresses are made with."""
    delivery = Delivery.objects.earliest("pk").pk
    firm: dict[str, object] = {"pk": consignment.consignee_id}
    paper: dict[str, object] = {"pk": Document.objects.earliest("pk").pk}
    colleague = Membership.objects.get(person__email="colleague@portal.example")
    invitation = Invitation.objects.get()
    of_firm: dict[str, object] = {"pk": colleague.organization_id}
    return {
        **{f"tickets:{name}": {"ref": Ticket.objects.get().ref} for name in OF_A_TICKET},
        **{f"api:{name}": {"ref": Ticket.objects.get().ref} for name in TICKETS_BY_TOKEN},
        "tickets:day_off_remove": {"pk": 1},
        **{f"tickets:{name}": {"pk": 1} for name in ("hours_edit", "team_edit", "team_remove")},
        **{f"tickets:{name}": {"ref": Incident.objects.get().ref} for name in OF_AN_INCIDENT},
        "tickets:consignment_tickets": {"ref": consignment.ref},
        **{f"tickets:{name}": {"pk": 1} for name in ("mail_open", "mail_put", "mail_raw", "answer_link_revoke")},
        "tickets:ticket_answer": {"token": "a-token-that-never-was"},
        "tickets:answer_paper": {"token": "a-token-that-never-was", "pk": 1},
        **{f"tickets:{name}": {"secret": "a-secret-that-never-was"} for name in DOORS},
        "tickets:attachment_download": {"pk": Attachment.objects.get().pk},
        "liaison:registration_confirm": {"token": "a-token-that-never-was"},
        "liaison:organization_detail": firm,
        "liaison:organization_edit": firm,
        "liaison:organization_apply": firm,
        "liaison:document_upload": firm,
        "liaison:document_download": paper,
        "liaison:document_delete": paper,
        "liaison:verification_detail": firm,
        "liaison:directory_detail": firm,
        "liaison:call_note_new": firm,
        "liaison:focal_point_new": firm,
        "liaison:sheet_detail": {"pk": 1},
        **{key: {"pk": FocalPoint.objects.get().pk} for key in OF_A_FOCAL_POINT},
        "account_confirm_email": {"key": "no-such-key"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
        "mfa_remove_webauthn": {"pk": 1},
        "liaison:session_end": {"pk": 1},
        **dict.fromkeys(OF_A_FIRM, of_firm),
        **{key: {"pk": colleague.pk} for key in OF_A_MEMBER},
        **{key: {"pk": colleague.person_id} for key in OF_A_PERSON},
        **{key: {"pk": invitation.pk} for key in OF_AN_INVITATION},
        "liaison:invitation_detail": {"token": token_for(invitation.email)},
        **{f"cargo:{name}": {"ref": consignment.ref} for name in PAGES_OF_A_CONSIGNMENT},
        **{
            f"cargo:{name}": {"pk": getattr(Paper.objects.first(), "pk", 1)}
            for name in ("paper_download", "paper_delete")
        },
        **{f"cargo:{name}": {"pk": ShareLink.objects.get().pk} for name in ("share_print", "share_revoke")},
        "cargo:tracking": {"token": token_of(ShareLink.objects.get())},
        **{key: {"ref": consignment.ref} for key in OF_A_CONSIGNMENT},
        **{f"cargo:{name}": {"pk": Claim.objects.get().pk} for name in ("claim_detail", "claim_paper")},
        "cargo:measure_take_back": {"pk": Measure.objects.get().pk},
        **{f"cargo:{name}": {"pk": Upload.objects.get().pk} for name in ("upload_detail", "upload_failures")},
        "tokens:token_revoke": {"pk": 1},
        **{f"api:{name}": {"pk": 1} for name in OF_A_WEBHOOK},
        **{f"dcsa:dcsa_{name}": {"subscription": UUID(int=1)} for name in ("subscription", "secret")},
        **{f"webhooks:{name}": {"pk": 1} for name in ("webhook_detail", "webhook_act")},
        "cargo:waiver_end": {"pk": getattr(Waiver.objects.first(), "pk", 1)},
        "cargo:consignment_export": {"kind": "csv"},
        "liaison:job_file": {"pk": Job.objects.get().pk},
        "liaison:help_detail": {"role": "importer"},
        "cargo:filter_remove": {"pk": 1},
        "cargo:delivery_reread": {"pk": delivery},
        "cargo:nomination_accept": {"pk": consignment.nominations.get().pk},
        "cargo:nomination_end": {"pk": consignment.nominations.get().pk},
        "cargo:tariff_approve": {"pk": TariffRow.objects.earliest("pk").pk},
        **{f"feeds:{name}": {"slug": "clerk"} for name in OF_A_SOURCE},
        **{key: {"pk": VesselCall.objects.get().pk} for key in OF_A_CALL},
        "notify:notice_replay": {"pk": 1},
        "notify:channel_stop": {"channel": "email"},
        "notify:topic_end": {"key": "1.movement:a-key-that-never-was"},
        "notify:notice_why": {"key": "1-never-was"},
        "feeds:delivery_raw": {"pk": delivery},
        "feeds:replay_detail": {"pk": Replay.objects.get_or_create(started_at=AT)[0].pk},
        "feeds:delivery_detail": {"pk": delivery},
        "corridor:advisory_detail": {"ref": Advisory.objects.get(state="published").reference},
        **{f"corridor:{name}": {"pk": Advisory.objects.latest("pk").pk} for name in OF_A_DRAFT},
        "corridor:advisory_withdraw": {"pk": Advisory.objects.get(state="published").pk},
        "corridor:subscription_confirm": {"token": "a-token-that-never-was"},
        "corridor:subscription_edit": {"key": "1:a-key-that-never-was"},
        "corridor:unsubscribe": {"key": "1:a-key-that-never-was"},
        "api:indicator": {"slug": "container_dwell_time"},
        "observatory:report_download": {"pk": 1},
        "observatory:report_end": {"key": "1:a-key-that-never-was"},
        "observatory:indicator_detail": {"slug": "container_dwell_time"},
        "observatory:indicator_embed": {"slug": "container_dwell_time"},
        "observatory:indicator_file": {"slug": "container_dwell_time", "kind": "svg"},
        "api:delivery_push": {"slug": "clerk"},
        "dcsa:callback": {"slug": "clerk"},
        "api:delivery": {"pk": delivery},
        "demo:mail_detail": {"name": letter},
        "corridor:corridor_day": {"day": AT.date()},
        "corridor:condition_judge": {"pk": Condition.objects.earliest("pk").pk},
        "corridor:node_detail": {"slug": "rw-city-kigali"},
        "corridor:node_edit": {"slug": "rw-city-kigali"},
        "corridor:leg_edit": {"pk": Leg.objects.earliest("pk").pk},
        "corridor:distance_new": {"pk": Leg.objects.earliest("pk").pk},
    }


OF_A_WEBHOOK = ("webhook", "webhook_test", "webhook_rotate", "webhook_replay", "webhook_deliveries")
OF_A_TICKET = ("ticket_detail", "message_new", "ticket_act", "ticket_follow", "ticket_presence")
OF_AN_INCIDENT = tuple(f"incident_{name}" for name in "detail link split undo tell close".split())
OF_A_CALL = ("corridor:vessel_call_detail", "corridor:vessel_call_calendar")
PAGES_OF_A_CONSIGNMENT = (
    "consignment_told",
    "consignment_merge",
    "container_take_out",
    "consignment_bring_back",
    "lot_list",
    "consignment_calendar",
    "paper_new",
    "note_new",
    "share_new",
)
OF_A_DRAFT = (
    "advisory_draft",
    "advisory_edit",
    "advisory_publish",
    "advisory_schedule",
    "advisory_take_back",
    "advisory_correct",
)
OF_A_SOURCE = (
    "source_detail",
    "source_pause",
    "source_resume",
    "source_reading",
    "source_test",
    "source_replay",
    "mapping_list",
)
_ABOUT = ("member_role", "member_suspend", "member_reinstate", "member_remove")
OF_A_MEMBER = {f"liaison:{name}" for name in _ABOUT}
OF_A_FIRM = {
    "liaison:member_list",
    "liaison:organization_leave",
    "liaison:organization_hand_over",
    "liaison:invitation_new",
}
OF_A_PERSON = {"liaison:person_suspend", "liaison:person_reinstate", "liaison:second_factor_remove"}
OF_A_FOCAL_POINT = {f"liaison:focal_point_{name}" for name in ("edit", "concerns", "remove")}
OF_AN_INVITATION = {"liaison:invitation_resend", "liaison:invitation_withdraw"}


# What is opened by a person's access token and never by her session.
BY_TOKEN = ("consignments", "consignment", "events", "milestones", "forecasts", "consignment_tickets")
TICKETS_BY_TOKEN = ("ticket", "ticket_messages", "ticket_actions")
OF_A_CONSIGNMENT = ("cargo:consignment_detail", "cargo:consignment_edit", *(f"api:{name}" for name in BY_TOKEN[1:]))


def client_of(part: str, cast: Cast, as_person: As, *, by_token: bool = False) -> Client:
    """A browser or a program of a person; for the robot one that sends its source's token and has no session."""
    if part == "robot":
        return Client(headers={"authorization": "Bearer clerk-token"})
    person = cast.people().get(part)
    return program_of(person) if by_token and person else as_person(person)


def test_every_url_has_its_rule() -> None:
    assert sorted(names()) == sorted(RULES)


@dataclass(frozen=True)
class Stage:
    """Everybody signed in, with the cargo there, and what the addresses are made with."""

    cast: Cast
    cargo: dict[str, str]
    arguments: dict[str, dict[str, object]]
    cookies: dict[str, SimpleCookie]
    tokens: dict[str, Client]

    def client(self, part: str, *, by_token: bool) -> Client:
        """As ``client_of``, without signing in again."""
        if by_token and part in self.tokens:
            return self.tokens[part]
        client = client_of("robot" if part == "robot" else "nobody", self.cast, lambda _nobody: Client())
        client.cookies.load({name: morsel.value for name, morsel in self.cookies.get(part, SimpleCookie()).items()})
        return client


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Made once for all addresses; what each of them changes is rolled back to it."""
    folder = tmp_path_factory.mktemp("mail")
    quick = override_settings(DEMO_MAIL_DIR=folder, CACHES=own_caches())
    with quick, django_db_blocker.unblock(), transaction.atomic():
        put(ROWS["network"])
        cargo = put_cargo()
        cast, consignment = cast_known(), Consignment.objects.select_related("consignee").get()
        arguments = arguments_of(consignment, letter_in(folder))
        signed = {part: Client() for part in cast.people()}
        for part, client in signed.items():
            client.force_login(cast.people()[part])
        tokens = {part: program_of(person) for part, person in cast.people().items()}
        yield Stage(cast, cargo, arguments, {part: client.cookies for part, client in signed.items()}, tokens)
        transaction.set_rollback(True)


@pytest.fixture
def network(stage: Stage, db: None) -> None:
    """The corridor."""


@pytest.fixture
def cargo(stage: Stage, db: None) -> dict[str, str]:
    """The words by which the importer's cargo is known."""
    return stage.cargo


@pytest.fixture
def cast(stage: Stage, db: None) -> Cast:
    """Everybody, with the cargo there."""
    return stage.cast


@pytest.fixture
def consignment(stage: Stage, db: None) -> Consignment:
    """The importer's."""
    return Consignment.objects.select_related("consignee").get()


def is_by_token(name: str) -> bool:
    """Whether an address is a program's, which has an access token."""
    programs = (*BY_TOKEN, "tickets", *TICKETS_BY_TOKEN, "webhooks", "consignments_bulk", *OF_A_WEBHOOK)
    return name.startswith("dcsa:dcsa_") or name.removeprefix("api:") in programs


@pytest.mark.parametrize("name", list(RULES))
def test_who_gets_in_and_what_they_see(name: str, stage: Stage, db: None) -> None:
    rule = RULES[name]
    url = reverse(name, kwargs=stage.arguments.get(name))
    found: dict[str, int] = {}
    for part in PARTS:
        client = stage.client(part, by_token=is_by_token(name))
        answer = client.get(url) if rule.method == "get" else client.post(url, rule.data)
        found[part] = answer.status_code
        said = answer.getvalue().decode(errors="replace").replace(url, "")
        shown = {what for what, words in stage.cargo.items() if words in said}
        own = OF_THE_FIRM if part in SEES_THE_FIRM.get(name, ()) else set()
        if part not in rule.tells.split() or answer.status_code != 200:
            assert shown - own == set(), f"{name} shows {part} {shown}"
    assert found == answers(rule.statuses)


OF_THE_FIRM = {"firm", "colleague", "newcomer"}
SEES_THE_FIRM = {
    "liaison:me": {"importer"},
    "cargo:consignment_new": {"importer", "officer"},
    "cargo:consignment_upload": {"importer", "officer"},
    "cargo:upload_detail": {"importer"},
    "cargo:nomination_new": {"importer"},
    "liaison:document_upload": {"importer"},
    "liaison:member_list": {"importer", "officer"},
    "liaison:call_note_new": {"officer"},
    "liaison:invitation_detail": set(PARTS),
    **{key: {"importer"} for key in (OF_A_FIRM | OF_A_MEMBER | OF_AN_INVITATION) - {"liaison:member_list"}},
}


def letter_in(folder: Path) -> str:
    """One mail of nobody's cargo in the demo's post."""
    return mailbox.store(folder, b"To: x@portal.example\r\nSubject: Hello\r\n\r\nHello\r\n")


@pytest.mark.parametrize("part", ["stranger", "desk", "official", "nobody"])
@pytest.mark.parametrize("words", ["UMUC2611001", "TGHU3054380", "RW26"])
def test_the_search_does_not_tell_that_it_exists(
    cast: Cast, cargo: dict[str, str], as_person: As, part: str, words: str
) -> None:
    answer = client_of(part, cast, as_person).get(f"/consignments/?q={words}")
    beside = answer.content.decode().replace(words, "")
    assert [what for what, said in cargo.items() if said.replace(words, "") in beside and said != words] == []


def test_a_missing_and_a_foreign_consignment_look_the_same(cast: Cast, consignment: Consignment, as_person: As) -> None:
    client = as_person(cast.stranger)
    foreign = client.get(f"/consignments/{consignment.ref}/")
    missing = client.get("/consignments/RW26-999999/")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert bare(foreign.content.decode()).replace(consignment.ref, "RW26-999999") == bare(missing.content.decode())


def bare(page: str) -> str:
    """A page without its forms' tokens, which differ each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_token_opens_its_own_source_alone(cargo: dict[str, str], network: None) -> None:
    add_source(slug="other", format="csv_events", token="other-token", by=None, at=AT)
    other = Client(headers={"authorization": "Bearer other-token"})
    delivery = Delivery.objects.earliest("pk")
    assert other.post("/api/v1/sources/clerk/deliveries/", b"x", content_type="text/csv").status_code == 401
    assert other.get(f"/api/v1/deliveries/{delivery.pk}/").status_code == 404
    assert Delivery.objects.filter(source__slug__in=["clerk", "other"]).count() == 1


def test_who_left_the_firm_sees_nothing_of_it_any_more(
    cast: Cast, cargo: dict[str, str], consignment: Consignment, as_person: As
) -> None:
    colleague = add_person(
        email="colleague@portal.example", role="member", organization=cast.importer_firm.name, by=None, at=AT
    )
    client = as_person(colleague)
    assert client.get(f"/consignments/{consignment.ref}/").status_code == 200
    Membership.objects.filter(person=colleague).delete()
    assert client.get(f"/consignments/{consignment.ref}/").status_code in (403, 404)
    assert consignment.ref not in client.get("/consignments/").content.decode()


def test_a_closed_account_is_signed_out(cast: Cast, consignment: Consignment, as_person: As) -> None:
    client = as_person(cast.importer)
    Person.objects.filter(pk=cast.importer.pk).update(is_active=False)
    assert client.get(f"/consignments/{consignment.ref}/").status_code == 302
