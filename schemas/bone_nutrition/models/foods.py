"""Table ``foods``."""

from .fields import Flag, Number, Table, Text, choice, flag, key, listing, number, reference, text, wording
from .shared import curie

PREPARATION = {
    "raw": "Not heated, not otherwise changed than by cutting.",
    "boiled": "Cooked in water, drained.",
    "steamed": "Cooked in steam.",
    "microwaved": "Cooked in a microwave oven.",
    "baked": "Cooked in an oven.",
    "roasted": "Cooked with dry heat.",
    "grilled": "Grilled or broiled.",
    "fried": "Fried in fat.",
    "braised": "Browned, then simmered in a little liquid.",
    "stewed": "Simmered in liquid.",
    "toasted": "Browned by dry heat after baking.",
    "dry-heat": "Cooked with dry heat; the source says no more.",
    "moist-heat": "Cooked with moist heat; the source says no more.",
    "cooked-method-not-stated": "Cooked; the source does not say how.",
    "canned": "Canned, as eaten.",
    "dried": "Dried.",
    "frozen": "Frozen, not prepared.",
    "fermented": "Fermented.",
    "cured": "Salted or cured.",
    "smoked": "Smoked.",
    "pickled": "Pickled.",
    "sprouted": "Sprouted.",
    "brewed": "Brewed or steeped.",
    "pasteurised": "Heat-treated milk, juice or egg.",
    "prepared": "Made up from a mix, concentrate or recipe.",
    "ready-to-eat": "Eaten as sold.",
    "uncooked-dry": "Dry staple before cooking.",
    "juice": "Pressed juice.",
    "oil": "Extracted oil or fat.",
    "not-stated": "The source does not say.",
}


class Foods(Table):
    """One food as eaten or sold."""

    food_id: Text = key("Food", "Readable slug of food and preparation.")
    name: Text = wording("Name", "Readable name with preparation.", required=True)
    food_group_id: Text = reference("Food group", "Group of the food.", "entities", of_type=("food-group",), required=True)
    preparation: Text = choice("Preparation", "State in which it is eaten or sold.", PREPARATION, required=True)
    fortified: Flag = flag("Fortified", "true if nutrients were added; empty where the source does not say.")
    serving_description: Text = wording("Serving", "Household portion.")
    serving_g: Number = number("Serving, grams", "Mass of that portion.", unit="g", exclusive_minimum=0, maximum=2000)
    ndb_number: Text = text("NDB number", "USDA's stable number of the food in SR Legacy.", pattern=r"\d{5}", says="five digits", unique=True,
                            mend="Copy it from the release's sr_legacy_food.csv, padded with zeros to five digits.")
    foundation_ndb_number: Text = text("Foundation NDB number", "NDB number of the same food in Foundation Foods.", pattern=r"\d{5,6}",
                                       says="five or six digits", unique=True,
                                       mend="Copy it from the release's foundation_food.csv, padded with zeros to five digits.")
    foodon: Text = curie("FoodOn", "Exact match in FoodOn: same source, part and preparation.", "FOODON")
    synonyms: Text = listing("Synonyms", "Other names under which people search.")
