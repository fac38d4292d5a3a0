"""Table ``effect_estimates``."""

from .fields import Date, Integer, Number, Table, Text, choice, integer, key, number, reference, references, row_rule, text, wording
from .shared import SEX, STUDY_DESIGN, amount_unit, locator, read_at, read_in, read_on

EXPOSURE_KIND = {
    "oral-supplement": "Taken by mouth as a supplement or medicine.",
    "injection": "Injected or infused.",
    "dietary-intake": "Amount eaten with food.",
    "biomarker-status": "Level of a marker in blood, urine or tissue.",
    "fortified-food": "Food to which it was added.",
    "diet": "Dietary pattern or food.",
    "hormone-therapy": "Hormone given as a treatment.",
    "lifestyle": "Habit other than eating, or a change of the body, such as smoking or loss of weight.",
}
CONTRAST = {
    "against-comparator": "Given, compared with not given or with another treatment.",
    "highest-against-lowest": "Highest category compared with the lowest.",
    "lowest-against-highest": "Lowest category compared with the highest.",
    "above-against-below": "Above a cut-off compared with below it.",
    "below-against-above": "Below a cut-off compared with above it.",
    "per-increment": "Per step up of the exposure.",
    "per-decrement": "Per step down of the exposure.",
}
LESS_AGAINST_MORE = ("lowest-against-highest", "below-against-above", "per-decrement")
REGIMEN = {
    "daily": "Every day.",
    "weekly": "Once a week, or several days a week.",
    "monthly": "About once a month.",
    "yearly-or-single-bolus": "Every few months or rarer, or once.",
    "mixed": "Several regimens pooled.",
    "not-stated": "Not stated, or not a dosed exposure.",
}
MENOPAUSE = {
    "any": "Not limited.",
    "premenopausal": "Before the menopause.",
    "perimenopausal": "Around the menopause.",
    "postmenopausal": "After the menopause.",
}
SETTING = {
    "community": "Living at home.",
    "institution": "Nursing home or similar.",
    "hospital": "In hospital.",
    "mixed": "Several settings.",
    "not-stated": "Not stated.",
}
ANALYSIS = {
    "main": "The main result of the work for this outcome; of several time points that with most participants, or the last. Arms of different dose each have one.",
    "subgroup": "A part of the population, of the trials or of the time followed.",
    "sensitivity": "The main analysis with other choices.",
    "per-protocol": "Only those who kept to the protocol.",
    "post-hoc": "Not planned beforehand.",
}
ADJUSTMENT = {"none": "Not adjusted.", "adjusted": "Adjusted for covariates or design.", "not-stated": "Not stated."}
RESULT_KIND = {
    "estimate": "The source prints the number.",
    "difference-of-printed": "The difference of two printed changes, means, shares or rates, or of the changes between printed means; note names them.",
    "direction-only": "The source prints no number for this result.",
}
MEASURE = {
    "RR": "Risk ratio.",
    "OR": "Odds ratio.",
    "HR": "Hazard ratio.",
    "IRR": "Incidence rate ratio.",
    "RD": "Risk difference, or difference of incidence rates in the time that note names.",
    "MD": "Mean difference.",
    "SMD": "Standardised mean difference.",
    "ROM": "Ratio of means.",
    "percent-change-difference": "Difference between groups in percentage change.",
    "regression-coefficient": "Regression coefficient.",
    "correlation": "Correlation coefficient.",
}
RATIOS = ("RR", "OR", "HR", "IRR", "ROM")
INTERVAL_METHOD = {
    "wald": "Estimate plus and minus a multiple of its standard error (on the log scale for ratios).",
    "exact": "Exact or profile-likelihood interval.",
    "credible": "Bayesian credible interval.",
    "bootstrap": "Bootstrap interval.",
    "back-transformed": "Computed on another scale and transformed back.",
    "not-stated": "Not stated; checked as wald.",
}
FAVOURS = {
    "intervention": "The interval excludes no effect, to the better for those with more of the exposure.",
    "control": "The interval excludes no effect, to the worse for those with more of the exposure.",
    "neither": "The interval holds no effect.",
}
CERTAINTY = {
    "high": "GRADE high, as the authors gave it.",
    "moderate": "GRADE moderate, as the authors gave it.",
    "low": "GRADE low, as the authors gave it.",
    "very-low": "GRADE very low, as the authors gave it.",
}


class EffectEstimates(Table):
    """One published result: the effect of one exposure on one outcome in one population."""

    effect_id: Text = key("Effect", "Readable slug of work, exposure and outcome.")
    citation_id: Text = reference("Citation", "Work that reports the result.", "citations", required=True)
    question_id: Text = reference("Question", "Question that it answers.", "questions", required=True)
    exposure_id: Text = reference("Exposure", "What people were exposed to.", "entities", required=True)
    co_exposures: Text = references("Co-exposures", "What was given together with it.", "entities")
    form_id: Text = reference("Form", "Form given.", "forms")
    exposure_kind: Text = choice("Exposure kind", "How the exposure reached people.", EXPOSURE_KIND, required=True)
    contrast: Text = choice("Contrast", "What is compared.", CONTRAST, required=True)
    comparator: Text = wording("Comparator", "With what it is compared.")
    increment: Number = number("Increment", "Step of a per-increment or per-decrement contrast, or the cut-off.", exclusive_minimum=0)
    increment_unit: Text = amount_unit("Increment unit", "UCUM unit of the increment.")
    dose_low: Number = number("Lowest dose", "Lowest dose in the result.", minimum=0)
    dose_high: Number = number("Highest dose", "Highest dose in the result.", minimum=0)
    dose_unit: Text = amount_unit("Dose unit", "UCUM unit of the doses.")
    regimen: Text = choice("Regimen", "How often it was given.", REGIMEN, required=True)
    duration_months_low: Number = number("Shortest duration", "Shortest treatment or follow-up.", unit="mo", exclusive_minimum=0)
    duration_months_high: Number = number("Longest duration", "Longest treatment or follow-up.", unit="mo", exclusive_minimum=0)
    population: Text = wording("Population", "Who was studied.", required=True)
    sex: Text = choice("Sex", "Sex of those studied.", SEX, required=True)
    age_min_years: Number = number("Lowest age", "Lowest age of those studied.", unit="a", minimum=0, maximum=120)
    menopause: Text = choice("Menopause", "Menopausal state of women studied.", MENOPAUSE, required=True)
    setting: Text = choice("Setting", "Where they lived.", SETTING, required=True)
    baseline_status: Text = wording("Baseline status", "Status or intake at baseline.")
    outcome_id: Text = reference("Outcome", "Outcome measured.", "outcomes", required=True)
    design: Text = choice("Design", "Design of the work, as in citations.", STUDY_DESIGN, required=True)
    analysis: Text = choice("Analysis", "Which analysis of the work it is.", ANALYSIS, required=True)
    subgroup: Text = wording("Subgroup", "Part of the population or the choice made.")
    adjustment: Text = choice("Adjustment", "Whether the estimate is adjusted.", ADJUSTMENT, required=True)
    result_kind: Text = choice("Result kind", "Whether the source prints a number.", RESULT_KIND, required=True)
    n_studies: Integer = integer("Studies", "Studies in the estimate.", minimum=1)
    n_participants: Integer = integer("Participants", "People in the estimate.", minimum=1)
    measure: Text = choice("Measure", "What the estimate is.", MEASURE)
    measure_unit: Text = amount_unit("Measure unit", "UCUM unit of the estimate; 1 for ratios.")
    estimate: Number = number("Estimate", "Point estimate as printed; result_kind says where it is the difference of printed numbers.")
    ci_low: Number = number("Interval, low end", "Low end of the interval as printed.")
    ci_high: Number = number("Interval, high end", "High end of the interval as printed.")
    ci_level: Number = number("Interval level", "Level of the interval.", unit="%", minimum=50, maximum=99.99)
    interval_method: Text = choice("Interval method", "How the interval was made.", INTERVAL_METHOD)
    p_value: Text = text("P value", "As printed, with its sign.", pattern=r"[<>=]?(?:0?\.\d+|0|1(?:\.0+)?)", says="a number from 0 to 1, with < or > if printed")
    i2_percent: Number = number("I²", "Heterogeneity as printed.", unit="%", minimum=0, maximum=100)
    tau2: Number = number("τ²", "Between-study variance as printed.", minimum=0)
    events_intervention: Integer = integer("Events, intervention", "People with the event in the exposed group.", minimum=0)
    n_intervention: Integer = integer("People, intervention", "People in the exposed group.", minimum=1)
    events_control: Integer = integer("Events, control", "People with the event in the comparison group.", minimum=0)
    n_control: Integer = integer("People, control", "People in the comparison group.", minimum=1)
    favours: Text = choice("Favours", "Side that the interval favours.", FAVOURS)
    certainty: Text = choice("Certainty", "GRADE certainty, only as the authors gave it.", CERTAINTY)
    risk_of_bias: Text = wording("Risk of bias", "As the synthesis gave it.")
    superseded_by: Text = reference("Superseded by", "Corrected or updated row.", "effect_estimates")
    note: Text = wording("Note", "What a reader must know to use the number.")
    read_in: Text = read_in()
    read_at: Text = read_at()
    locator: Text = locator()
    read_on: Date = read_on()

    @row_rule("effect-result-kind", column="estimate", reason="a number stands with its measure and unit; direction-only has none of them and a note; a difference has a note and no interval",
              mend="Fill estimate, measure and measure_unit, or set direction-only and say the direction in note.")
    def number_fits_result_kind(cls, frame):
        parts = frame[["estimate", "measure", "measure_unit"]].notna()
        kind = frame["result_kind"]
        explained = frame["note"].notna() & frame["ci_low"].isna()
        is_complete = kind.ne("direction-only") & parts.all(axis=1)
        return (is_complete & (kind.eq("estimate") | explained)) | (kind.eq("direction-only") & ~parts.any(axis=1) & explained)

    @row_rule("effect-interval-complete", column="ci_low", reason="an interval has two ends, a level and a method",
              mend="Fill ci_low, ci_high, ci_level and interval_method together.")
    def interval_is_complete(cls, frame):
        parts = frame[["ci_low", "ci_high", "ci_level", "interval_method"]].notna()
        return parts.all(axis=1) | ~parts.any(axis=1)

    @row_rule("effect-counts", column="events_intervention", reason="no group has more people with the event than people",
              mend="Look the counts up again.")
    def events_within_people(cls, frame):
        def fits(events: str, people: str):
            return frame[events].isna() | frame[people].isna() | (frame[events] <= frame[people]).fillna(False)
        return fits("events_intervention", "n_intervention") & fits("events_control", "n_control")

    @row_rule("effect-ranges", column="dose_low", reason="low ends are not above high ends", mend="Swap them, or look them up again.")
    def ranges_are_ordered(cls, frame):
        def ordered(low: str, high: str):
            return frame[low].isna() | frame[high].isna() | (frame[low] <= frame[high]).fillna(False)
        return ordered("dose_low", "dose_high") & ordered("duration_months_low", "duration_months_high")

    @row_rule("effect-units", column="dose_unit", reason="doses and increments stand with their units", mend="Fill the unit.")
    def numbers_have_units(cls, frame):
        has_dose = frame["dose_low"].notna() | frame["dose_high"].notna()
        return (~has_dose | frame["dose_unit"].notna()) & (frame["increment"].isna() | frame["increment_unit"].notna())
