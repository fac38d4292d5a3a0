"""Table ``reference_intakes``."""

from .fields import Date, Flag, Integer, Number, Table, Text, choice, flag, integer, key, number, reference, row_rule, text, wording
from .shared import LIFE_STAGE, SEX, amount_unit, locator, read_at, read_in, read_on

AUTHORITY = {
    "nasem": "National Academies of Sciences, Engineering, and Medicine (formerly Institute of Medicine), United States and Canada.",
    "efsa": "European Food Safety Authority, European Union.",
    "uk-drv": "COMA and SACN dietary reference values, United Kingdom.",
    "nhmrc": "National Health and Medical Research Council, Australia and New Zealand.",
    "who-fao": "World Health Organization and Food and Agriculture Organization.",
    "nnr": "Nordic Nutrition Recommendations.",
    "dach": "Nutrition societies of Germany, Austria and Switzerland.",
    "japan-mhlw": "Ministry of Health, Labour and Welfare, Japan.",
    "cns": "Chinese Nutrition Society.",
    "kns": "Korean Nutrition Society.",
}

ROLE = {
    "average-requirement": "meets the need of half the group",
    "recommended": "meets the need of nearly all of the group",
    "adequate": "observed or approximated intake of healthy people, set where a requirement cannot be",
    "upper-level": "highest habitual intake without likely harm",
    "lower-threshold": "intake below which nearly all are deficient",
    "chronic-disease": "set to lower the risk of chronic disease",
    "range": "range of intakes held acceptable",
    "orientation": "given for orientation, neither a requirement nor an observed intake",
}
VALUE_TYPE_ROLE = {
    "EAR": "average-requirement",
    "AR": "average-requirement",
    "provisional-AR": "average-requirement",
    "RDA": "recommended",
    "PRI": "recommended",
    "RNI": "recommended",
    "RDI": "recommended",
    "RI": "recommended",
    "AI": "adequate",
    "safe-intake": "adequate",
    "acceptable-intake": "adequate",
    "estimated-value": "adequate",
    "UL": "upper-level",
    "SLI": "upper-level",
    "ADI": "upper-level",
    "SUL": "upper-level",
    "guidance-level": "upper-level",
    "LRNI": "lower-threshold",
    "LTI": "lower-threshold",
    "CDRR": "chronic-disease",
    "SDT": "chronic-disease",
    "DG": "chronic-disease",
    "PI-NCD": "chronic-disease",
    "SPL": "chronic-disease",
    "guideline": "chronic-disease",
    "population-goal": "chronic-disease",
    "AMDR": "range",
    "RIR": "range",
    "guidance-value": "orientation",
}
_VALUE_TYPE_NAME = {
    "EAR": "Estimated average requirement",
    "AR": "Average requirement",
    "provisional-AR": "Provisional average requirement, computed from an adequate or provisional recommended intake",
    "RDA": "Recommended dietary allowance",
    "PRI": "Population reference intake",
    "RNI": "Reference or recommended nutrient intake",
    "RDI": "Recommended dietary intake",
    "RI": "Recommended intake",
    "AI": "Adequate intake",
    "safe-intake": "Safe intake, judged enough for almost everyone and below harm",
    "acceptable-intake": "Intake judged acceptable where a recommended intake cannot be set",
    "estimated-value": "Estimated value for an adequate intake (D-A-CH: Schätzwert)",
    "UL": "Tolerable upper intake level",
    "SLI": "Safe level of intake, where data do not allow an upper level",
    "ADI": "Acceptable daily intake that stands in for an upper level",
    "SUL": "Safe upper level (United Kingdom, Expert Group on Vitamins and Minerals)",
    "guidance-level": "Guidance level, where data do not allow a safe upper level (United Kingdom, Expert Group on Vitamins and Minerals)",
    "LRNI": "Lower reference nutrient intake",
    "LTI": "Lower threshold intake",
    "CDRR": "Chronic disease risk reduction intake",
    "SDT": "Suggested dietary target",
    "DG": "Tentative dietary goal for preventing lifestyle-related diseases",
    "PI-NCD": "Proposed intake for preventing non-communicable chronic diseases",
    "SPL": "Specific proposed level of other food components",
    "guideline": "Guideline for the population",
    "population-goal": "Average intake aimed at for the whole population",
    "AMDR": "Acceptable macronutrient distribution range",
    "RIR": "Reference intake range for macronutrients",
    "guidance-value": "Guidance value (D-A-CH: Richtwert)",
}
VALUE_TYPE = {name: f"{_VALUE_TYPE_NAME[name]} ({role}: {ROLE[role]})." for name, role in VALUE_TYPE_ROLE.items()}

VALUE_STATUS = {
    "set": "The authority gives a value.",
    "deliberately-not-set": "The authority considered the nutrient and set no value of this kind.",
    "not-determinable": "The authority says that the data do not allow a value.",
}
BOUND = {
    "exact": "The value itself.",
    "at-least": "The value is a minimum.",
    "at-most": "The value is a maximum.",
    "range": "value_low to value_high.",
}
PER = {
    "day": "Per day.",
    "kg-body-weight-day": "Per kilogram of body weight and day.",
    "MJ": "Per megajoule of energy intake.",
    "1000-kcal": "Per 1000 kilocalories of energy intake.",
    "g-protein": "Per gram of protein intake.",
    "energy-percent": "Share of energy intake; unit is %.",
}
BASIS = {
    "total": "All sources and forms counted by mass.",
    "DFE": "Dietary folate equivalents.",
    "RAE": "Retinol activity equivalents.",
    "RE": "Retinol equivalents.",
    "NE": "Niacin equivalents.",
    "alpha-tocopherol": "Alpha-tocopherol only (NASEM: 2R-stereoisomers).",
    "alpha-tocopherol-equivalents": "Alpha-tocopherol equivalents.",
    "supplements-only": "Supplements and medicines only, not food or water.",
    "synthetic-only": "Synthetic forms from supplements and fortified food only.",
    "preformed-only": "Preformed vitamin A only, without carotenoids.",
    "readily-dissociable-salts": "Readily dissociable salts in supplements, water or added to food.",
    "EPA-and-DHA": "Sum of EPA and DHA.",
    "EPA-DPA-and-DHA": "Sum of EPA, DPA and DHA.",
    "supplemental-EPA-and-DHA": "Sum of EPA and DHA from supplements only.",
    "menaquinones": "Menaquinones only.",
    "as-salt": "Counted as sodium chloride.",
    "nicotinic-acid": "Nicotinic acid only.",
    "nicotinamide": "Nicotinamide only.",
    "phylloquinone": "Phylloquinone only.",
    "not-stated": "The source does not say.",
}
CONDITION = {
    "any": "Unconditional.",
    "phytate-300-mg-day": "At a phytate intake of 300 mg a day.",
    "phytate-600-mg-day": "At a phytate intake of 600 mg a day.",
    "phytate-900-mg-day": "At a phytate intake of 900 mg a day.",
    "phytate-1200-mg-day": "At a phytate intake of 1200 mg a day.",
    "bioavailability-high": "Diet from which the mineral is well absorbed.",
    "bioavailability-moderate": "Diet from which the mineral is moderately absorbed.",
    "bioavailability-low": "Diet from which the mineral is poorly absorbed.",
    "bioavailability-15-percent": "Diet with iron bioavailability of 15 %.",
    "bioavailability-12-percent": "Diet with iron bioavailability of 12 %.",
    "bioavailability-10-percent": "Diet with iron bioavailability of 10 %.",
    "bioavailability-5-percent": "Diet with iron bioavailability of 5 %.",
    "premenopausal": "Women before the menopause.",
    "postmenopausal": "Women after the menopause.",
    "menstruating": "Girls and women who menstruate.",
    "not-menstruating": "Girls and women who do not menstruate.",
    "menarche-not-reached": "Girls before the menarche.",
    "menarche-reached": "Girls after the menarche.",
    "minimal-sunlight": "Assuming minimal cutaneous synthesis of vitamin D.",
    "exclusively-breastfed": "Exclusively breastfed infants.",
    "human-milk-fed": "Infants fed human milk.",
    "formula-fed": "Infants fed formula.",
    "cow-milk-fed": "Infants fed cow's milk.",
    "not-exclusively-breastfed": "Infants not exclusively breastfed.",
    "mixed-feeding": "Infants on mixed or formula feeding.",
    "sedentary": "Low physical activity.",
    "smoker": "Smokers.",
    "vegetarian": "Vegetarian diet.",
    "women-who-may-become-pregnant": "Women who may become pregnant.",
}
# Nutrient of an intake -> nutrient whose food values are counted alike; of any other nutrient it is the same.
COUNTED_AS = {"vitamin-k": "phylloquinone", "folate": "dietary-folate-equivalents"}


class ReferenceIntakes(Table):
    """One dietary reference value of one authority for one group of people."""

    intake_id: Text = key("Intake", "Readable slug of authority, nutrient, value type and group.")
    authority: Text = choice("Authority", "Body that sets the value.", AUTHORITY, required=True)
    nutrient_id: Text = reference("Nutrient", "Nutrient concerned.", "nutrients", required=True)
    value_type: Text = choice("Value type", "What the authority calls the value; the definition names its role.", VALUE_TYPE, required=True)
    value_status: Text = choice("Value status", "Whether a value is set.", VALUE_STATUS, required=True)
    value: Number = number("Value", "The value as printed; empty for a range or where none is set.", minimum=0)
    value_low: Number = number("Low value", "Low end of a range.", minimum=0)
    value_high: Number = number("High value", "High end of a range.", minimum=0)
    bound: Text = choice("Bound", "How the value is meant.", BOUND)
    is_increment: Flag = flag("Is increment", "true if it is added to the value of the non-pregnant, non-lactating person.", required=True)
    unit: Text = amount_unit("Unit", "UCUM unit of the value.")
    per: Text = choice("Per", "Denominator of the value.", PER, required=True)
    basis: Text = choice("Basis", "Which forms and sources the value counts.", BASIS, required=True)
    sex: Text = choice("Sex", "Sex for which the value is set.", SEX, required=True)
    life_stage: Text = choice("Life stage", "Pregnancy, lactation or neither.", LIFE_STAGE, required=True)
    stage_detail: Text = text("Stage detail", "Part of the stage: first-trimester, 0-6-months-post-partum.")
    age_min_months: Integer = integer("From age", "First month of age covered; empty where the authority states no lower age.", unit="mo", minimum=0, maximum=1500)
    age_max_months: Integer = integer("To age", "First month of age no longer covered; empty if open.", unit="mo", minimum=1, maximum=1500)
    condition: Text = choice("Condition", "Condition under which the value holds.", CONDITION, required=True)
    criterion: Text = wording("Criterion", "Endpoint on which the value was set.")
    year: Integer = integer("Year", "Year in which the authority set it.", required=True, minimum=1985, maximum=2100)
    superseded_by: Text = reference("Superseded by", "Newer value of the same authority.", "reference_intakes")
    citation_id: Text = reference("Citation", "Report that sets the value.", "citations", required=True)
    read_in: Text = read_in()
    read_at: Text = read_at()
    locator: Text = locator()
    read_on: Date = read_on()
    note: Text = wording("Note", "Footnote of the authority, in our words.")

    class Config:
        metadata = {
            "unique_keys": [[
                "authority", "nutrient_id", "value_type", "sex", "life_stage", "stage_detail", "age_min_months", "unit", "per",
                "basis", "condition", "is_increment", "year",
            ]],
        }

    @row_rule("intake-value-status", column="value", reason="a value that is set has a number, one that is not set has none",
              mend="Fill value (or value_low and value_high), unit and bound, or correct value_status.")
    def value_fits_status(cls, frame):
        has_range = frame["value_low"].notna() & frame["value_high"].notna()
        has_any = frame[["value", "value_low", "value_high"]].notna().any(axis=1)
        is_set = frame["value_status"].eq("set")
        return (is_set & (frame["value"].notna() | has_range) & frame["unit"].notna() & frame["bound"].notna()) | (~is_set & ~has_any)

    @row_rule("intake-range", column="bound", reason="bound range goes with value_low and value_high, in that order, and no value",
              mend="Move the two ends to value_low and value_high, or correct bound.")
    def range_fits_bound(cls, frame):
        is_range = frame["bound"].eq("range").fillna(False)
        ordered = (frame["value_low"] < frame["value_high"]).fillna(False)
        bare = frame["value_low"].isna() & frame["value_high"].isna()
        return (is_range & ordered & frame["value"].isna()) | (~is_range & bare)

    @row_rule("intake-age-band", column="age_max_months", reason="the age band ends before it begins",
              mend="age_max_months is exclusive and greater than age_min_months.")
    def age_band_is_ordered(cls, frame):
        return frame["age_max_months"].isna() | frame["age_min_months"].isna() | (frame["age_max_months"] > frame["age_min_months"]).fillna(False)

    @row_rule("intake-stage-sex", column="sex", reason="pregnancy and lactation values are set for women", mend="Set sex to female.")
    def stage_is_female(cls, frame):
        return frame["life_stage"].eq("general") | frame["sex"].eq("female")

    @row_rule("intake-percent", column="unit", reason="unit % goes with per energy-percent, and only with it",
              mend="Write a share of energy as unit % and per energy-percent.")
    def percent_is_of_energy(cls, frame):
        return frame["unit"].isna() | (frame["unit"].eq("%") == frame["per"].eq("energy-percent"))
