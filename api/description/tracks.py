"""The shapes of events as DCSA Track & Trace 2.2.0 has them; see ``api.dcsa_shapes``, which makes them."""

from __future__ import annotations

from api.description.vocabulary import MOMENT, TEXT, UUID, Schema, listed, one_of, part, text

_CODES: Schema = {"type": "string", "description": "Codes of the specification, parted by commas."}
_NAMES = (
    "equipmentReference transportDocumentReference transportDocumentID carrierBookingReference bookingReference "
    "UNLocationCode carrierVoyageNumber exportVoyageNumber transportCallID vesselIMONumber carrierServiceCode "
    "scheduleID"
).split()
_LISTS = "eventType equipmentEventTypeCode transportEventTypeCode shipmentEventTypeCode documentTypeCode".split()
FILTERS: dict[str, Schema] = {
    **dict.fromkeys(_LISTS, _CODES),
    **dict.fromkeys(_NAMES, TEXT),
    **{f"eventCreatedDateTime{sign}": MOMENT for sign in ("", ":eq", ":gte", ":gt", ":lte", ":lt")},
    "sort": {"type": "string", "description": "eventCreatedDateTime or eventDateTime, with :ASC or :DESC."},
}
_LOCATION = part({"locationName": text(100), "latitude": text(10), "longitude": text(11), "UNLocationCode": text(5)})
_CALL = part(
    {
        "transportCallID": text(100),
        "carrierVoyageNumber": text(50),
        "UNLocationCode": text(5),
        "facilityTypeCode": one_of(["BOCR", "COFS", "DEPO", "INTE", "POTE"]),
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
COMPONENTS: dict[str, Schema] = {"DcsaEvent": EVENT}
