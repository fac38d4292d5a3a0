"""Table ``nutrient_fdc_ids``."""

from .fields import Integer, Table, Text, integer, key, text


class NutrientFdcIds(Table):
    """Which USDA FoodData Central nutrient ids mean which nutrient; the first priority present in a food is taken."""

    nutrient_id: Text = key("Nutrient", "Nutrient of this package.", references="nutrients")
    fdc_nutrient_id: Integer = integer("FDC nutrient id", "Column id of FoodData Central's nutrient.csv (1087, not 301).",
                                       required=True, is_key=True, minimum=1001)
    fdc_nutrient_number: Text = text("FDC nutrient number", "Column nutrient_nbr of the same row (301).", required=True,
                                     pattern=r"\d{3}(?:\.\d+)?", says="three digits, with decimals for some")
    fdc_name: Text = text("FDC name", "Name as FoodData Central has it.", required=True)
    fdc_unit: Text = text("FDC unit", "Unit as FoodData Central has it.", required=True, pattern="UG|MG|G|KCAL", says="UG, MG, G or KCAL")
    priority: Integer = integer("Priority", "1 is tried first.", required=True, minimum=1)
