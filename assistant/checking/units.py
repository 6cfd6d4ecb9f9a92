"""What numbers are told in: currencies and measures, by the words and signs for them."""

SIGNS = {"$": "dollar", "us$": "dollar", "€": "euro", "£": "pound", "¥": "yuan", "₹": "rupee"}
CURRENCIES = frozenset({"dollar", "euro", "pound", "yuan", "yen", "rupee", "franc", "krona", "won", "cent"})
CLOCK = "o'clock"
"""The unit of a time of day, in minutes from midnight."""
_UNITS = {
    "dollar": "dollars dollar usd bucks", "euro": "euros euro eur", "pound": "pounds pound gbp sterling",
    "yuan": "yuan rmb renminbi cny", "yen": "yen jpy", "rupee": "rupees rupee inr", "franc": "francs franc chf",
    "krona": "kronor kronas krone kroner", "won": "won", "cent": "cents", "%": "% percent", "points": "points",
    "km": "km kilometres kilometre kilometers kilometer", "mile": "miles mile mi", "m": "metres metre meters meter",
    "cm": "centimetres centimetre centimeters centimeter cm", "mm": "millimetres millimetre mm", "foot": "feet foot ft",
    "inch": "inches inch", "ha": "hectares hectare ha", "acre": "acres acre", "kg": "kilograms kilogram kilos kilo kg",
    "g": "grams gram", "tonne": "tonnes tonne tons ton", "l": "litres litre liters liter", "gallon": "gallons gallon",
    "barrel": "barrels barrel", "degree": "degrees degree", "mph": "mph", "kmh": "km/h kph", "kw": "kilowatts kw",
    "mw": "megawatts megawatt mw", "gw": "gigawatts gigawatt gw", "kwh": "kwh", "mwh": "mwh", "gwh": "gwh",
    "second": "seconds", "minute": "minutes minute", "hour": "hours hour", "day": "days day", "week": "weeks week",
    "fortnight": "fortnights fortnight", "month": "months month", "year": "years year",
    "decade": "decades decade", "century": "centuries century", "times": "times fold",
}  # fmt: skip
_MEASURES: dict[str, dict[str, float]] = {
    "length": {
        "km": 1e3, "mile": 1609.344, "m": 1, "cm": 0.01, "mm": 0.001, "foot": 0.3048, "inch": 0.0254,
    },
    "area": {
        "ha": 1e4, "acre": 4046.86, "square metres": 1, "square kilometres": 1e6, "square miles": 2.59e6,
        "square feet": 0.0929,
    },
    "mass": {"kg": 1, "g": 0.001, "tonne": 1e3},
    "volume": {"l": 1, "gallon": 3.785, "barrel": 158.987, "cubic metres": 1e3, "cubic feet": 28.317},
    "speed": {"kmh": 1, "mph": 1.609344},
    "power": {"kw": 1, "mw": 1e3, "gw": 1e6},
    "energy": {"kwh": 1, "mwh": 1e3, "gwh": 1e6},
    "time": {
        "second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800,
        "fortnight": 1_209_600, "month": 2_629_800, "year": 31_557_600, "decade": 315_576_000, "century": 3_155_760_000,
    },
}  # fmt: skip
MEASURE_OF = {unit: (measure, size) for measure, units in _MEASURES.items() for unit, size in units.items()}
UNIT_OF = {form: unit for unit, forms in _UNITS.items() for form in forms.split()}
