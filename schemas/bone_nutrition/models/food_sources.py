"""Table ``food_sources``."""

from .derivations import VALUE_STATUS
from .fields import Date, Flag, Integer, Number, Table, Text, choice, code, flag, integer, key, number, row_rule, wording
from .shared import MASS_UNITS, locator, read_at, read_in, read_on

WITHOUT_AMOUNT = ("trace", "below-limit")
ZERO = ("measured-zero", "assumed-zero")


class FoodSources(Table):
    """The amount of one nutrient in one food from one source, per 100 g edible portion."""

    food_id: Text = key("Food", "Food that holds the nutrient.", references="foods")
    nutrient_id: Text = key("Nutrient", "Nutrient held.", references="nutrients")
    citation_id: Text = key("Citation", "Release or work that gives the value.", references="citations")
    amount: Number = number("Amount", "Amount per 100 g edible portion; empty for trace and below-limit.", minimum=0)
    unit: Text = choice("Unit", "UCUM unit of amount, amount_min and amount_max.", MASS_UNITS, required=True)
    value_status: Text = choice("Value status", "How the value came about.", VALUE_STATUS, required=True)
    limit_of_quantification: Number = number("Limit of quantification", "Limit below which the method does not quantify, in unit.",
                                             exclusive_minimum=0)
    amount_min: Number = number("Smallest amount", "Smallest value among the samples.", minimum=0)
    amount_max: Number = number("Largest amount", "Largest value among the samples.", minimum=0)
    data_points: Integer = integer("Data points", "Number of analyses behind the value; 0 as USDA gives it for values not analysed.", minimum=0)
    derivation_code: Text = code("Derivation", "USDA's code for how the value came about.", "derivations")
    fdc_id: Integer = integer("FDC id", "FoodData Central's id of the food in that release; not stable across releases.", minimum=1)
    fdc_nutrient_id: Integer = integer("FDC nutrient id", "FoodData Central nutrient id that the value came from.", minimum=1001)
    is_preferred: Flag = flag("Preferred", "true for the one value per food and nutrient that rankings use.", required=True, derived=True)
    read_in: Text = read_in(required=False)
    read_at: Text = read_at(required=False)
    locator: Text = locator(required=False)
    read_on: Date = read_on(required=False)
    note: Text = wording("Note", "Conversion made, original figure, or work that the source quotes.")

    @row_rule("food-amount-status", column="amount", reason="amount is empty exactly for trace and below-limit",
              mend="Give the amount, or set value_status to what the source says.")
    def amount_fits_status(cls, frame):
        return frame["amount"].isna() == frame["value_status"].isin(WITHOUT_AMOUNT)

    @row_rule("food-zero-status", column="value_status", reason="a zero that was measured is measured-zero, and only zeros are zero",
              mend="Set measured-zero for an analysed 0, measured for an analysed amount above 0.")
    def zero_fits_status(cls, frame):
        is_zero = frame["amount"].fillna(1).eq(0).astype(bool)
        return ~(is_zero & frame["value_status"].eq("measured")) & ~(~is_zero & frame["value_status"].isin(ZERO))

    @row_rule("food-read", column="read_in", reason="a value that is not imported from a release says where its number was read",
              mend="Fill read_in, read_at, locator and read_on.")
    def literature_is_read(cls, frame):
        return frame["fdc_id"].notna() | (frame[["read_in", "read_at", "locator", "read_on"]].notna().all(axis=1))
