"""The shapes of events as DCSA Track & Trace 2.2.0 has them; see ``api.dcsa_shapes``, which makes them."""

from __future__ import annotations

from base64 import b64encode

from api.description.vocabulary import MOMENT, TEXT, UUID, Schema, listed, one_of, part, text

_CODES: Schema = {"type": "string", "description": "Codes of the specification, parted by commas."}
NAMES = (
    "equipmentReference transportDocumentReference transportDocumentID carrierBookingReference bookingReference "
    "UNLocationCode carrierVoyageNumber exportVoyageNumber transportCallID vesselIMONumber carrierServiceCode "
    "scheduleID"
).split()
LISTS = "eventType equipmentEventTypeCode transportEventTypeCode shipmentEventTypeCode documentTypeCode".split()
FILTERS: dict[str, Schema] = {
    **dict.fromkeys(LISTS, _CODES),
    **dict.fromkeys(NAMES, TEXT),
    **{f"eventCreatedDateTime{sign}": MOMENT for sign in ("", ":eq", ":gte", ":gt", ":lte", ":lt")},
    "sort": {"type": "string", "description": "eventCreatedDateTime or eventDateTime, with :ASC or :DESC."},
}
_LOCATION = part({"locationName": text(100), "latitude": text(10), "longitude": text(11), "UNLocationCode": text(5)})
_CALL = part(
    {
        "transportCallID": text(100),
        "carrierVoyageNumber": text(50),
        "UNLocationCode": text(5),
        "facilityTypeCode": one_of(["BOCR", "CLOC", "COFS", "DEPO", "INTE", "POTE"]),
        "otherFacility": text(50),
        "modeOfTransport": one_of(["VESSEL", "RAIL", "TRUCK"]),
        "location": _LOCATION,
    },
    ["transportCallID", "modeOfTransport"],
)
_REFERENCE = part({"referenceType": one_of(["CR", "FF", "EQ"]), "referenceValue": text(100)})
_DOCUMENT = part({"documentReferenceType": one_of(["TRD"]), "documentReferenceValue": TEXT})
EVENT = part(
    {
        "eventID": UUID,
        "eventCreatedDateTime": MOMENT,
        "eventType": one_of(["EQUIPMENT", "TRANSPORT", "SHIPMENT"]),
        "eventClassifierCode": one_of(["ACT", "EST", "PLN"]),
        "eventDateTime": MOMENT,
        "equipmentEventTypeCode": TEXT,
        "equipmentReference": text(15),
        "ISOEquipmentCode": text(4),
        "emptyIndicatorCode": one_of(["EMPTY", "LADEN"]),
        "eventLocation": _LOCATION,
        "transportEventTypeCode": one_of(["ARRI", "DEPA"]),
        "transportCall": _CALL,
        "shipmentEventTypeCode": TEXT,
        "documentID": TEXT,
        "documentTypeCode": TEXT,
        "reason": TEXT,
        "documentReferences": listed(_DOCUMENT),
        "references": listed(_REFERENCE),
        "seals": listed(part({"sealNumber": text(15), "sealType": one_of(["BLT"])})),
    }
)
_SUBSCRIPTION: dict[str, Schema] = {
    "callbackUrl": text(500, format="uri"),
    **dict.fromkeys(LISTS, listed(text(100))),
    **dict.fromkeys(NAMES, text(100)),
}
_SECRET: Schema = text(700, format="byte", description="Base64 of 16 to 500 bytes; it signs what is sent.")
NEW_SUBSCRIPTION = part({**_SUBSCRIPTION, "secret": _SECRET}, ["callbackUrl", "secret"])
NEW_SUBSCRIPTION["example"] = {
    "callbackUrl": "https://erp.firm.example/dcsa?of=kpa",
    "secret": b64encode(b"thirty random bytes of your own").decode(),
    "eventType": ["EQUIPMENT", "TRANSPORT"],
}
COMPONENTS: dict[str, Schema] = {
    "DcsaEvent": EVENT,
    "DcsaSubscription": part({"subscriptionID": UUID, **_SUBSCRIPTION}, ["callbackUrl"]),
    "NewDcsaSubscription": NEW_SUBSCRIPTION,
    "DcsaSecret": part({"secret": _SECRET}, ["secret"]),
}
