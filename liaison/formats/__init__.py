"""How numbers are written where Django has no formats of its own: by CLDR."""
