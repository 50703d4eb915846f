"""What the words of trackers and e-seals mean: Traccar's event types and alarms, and those of seals' own systems."""

from __future__ import annotations

from feeds.json_fields import Json, object_of, plain, text

# By kind, the words in lower-case letters alone; an empty kind is known and not followed.
_WORDS = {
    "sealed": "lock locked arm armed seal sealed",
    "unsealed": "unlock unlocked disarm disarmed unseal unsealed openedauthorised authorisedopen authorisedopening",
    "seal_tampered": """
        tamper tampered tampering remove removed removing door dooropen dooropened open opened forcedopen cut ropecut
        powercut jamming gpsantennacut broken sealbroken unauthorisedopen unauthorisedopening
    """,
    "long_stop": "devicestopped stopped parking parked longstop longstopped longparking overstay idle",
    "route_deviation": "routedeviation deviation offroute routeexit corridorexit",
    "reached": "geofenceenter",
    "left": "geofenceexit",
    "": """
        deviceonline deviceoffline deviceunknown deviceinactive devicemoving devicefueldrop devicefuelincrease
        deviceoverspeed ignitionon ignitionoff commandresult queuedcommandsent driverchanged maintenance textmessage
        media general sos vibration shock movement moving lowspeed overspeed falldown lowpower lowbattery fault poweroff
        poweron powerrestored geofence accident tow highrpm hardacceleration hardbraking hardcornering lanechange
        fatiguedriving temperature bonnet footbrake fuelleak doorclosed closed online offline heartbeat
    """,
}
_KIND_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_ROUTE_WORDS = ("route", "corridor")


def folded(code: str) -> str:
    """A word as it is looked up: in lower case, its letters and digits alone."""
    if code.isalnum():
        return code.lower()
    return "".join(character for character in code.lower() if character.isalnum())


def kind_of_word(code: str) -> str | None:
    """The kind that a word stands for; empty where it is not followed, None where nobody knows it."""
    return _KIND_OF_WORD.get(folded(code).replace("authoriz", "authoris"))


def geofence_kind(code: str, geofence: Json, *, is_node: bool) -> str | None:
    """The kind of the crossing of a geofence, which may name a node; None for any other code.

    A route is a line or says that it is one: leaving it is a deviation, and coming back to it is not followed.
    """
    word = folded(code)
    if word not in ("geofenceenter", "geofenceexit") or not _is_route(geofence, is_node=is_node):
        return None
    return "route_deviation" if word == "geofenceexit" else ""


def _is_route(geofence: Json, *, is_node: bool) -> bool:
    """Whether a geofence is a line, or no node, and calls itself a route; an area only by an attribute."""
    attributes, area = object_of(geofence, "attributes"), text(geofence, "area").upper()
    if area.startswith("LINESTRING") or "polylineDistance" in attributes:
        return True
    said = [plain(attributes.get("type")), plain(attributes.get("kind")), "" if area else text(geofence, "name")]
    return not is_node and any(word in " ".join(said).lower() for word in _ROUTE_WORDS)
