"""What the body of a call says: one JSON object whose fields are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

Body = dict[str, Any]


def body_of(request: Request, known: Sequence[str] = ()) -> Body:
    """The fields that say something; ValidationError where it is no object or has a field that is not among ``known``.

    Where none is named, any is known.
    """
    return object_of(request.data, known)


def object_of(body: object, known: Sequence[str] = ()) -> Body:
    """As ``body_of``, for an object inside of a body."""
    if not isinstance(body, dict):
        raise ValidationError({"body": [_("Send one JSON object.")]})
    if known and (unknown := sorted(set(body) - set(known))):
        raise ValidationError({name: [_("This field is unknown or cannot be set.")] for name in unknown})
    return {name: value for name, value in body.items() if value is not None}
