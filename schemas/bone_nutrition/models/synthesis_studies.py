"""Table ``synthesis_studies``."""

from .fields import Date, Integer, Number, Table, Text, integer, key, number, reference, row_rule
from .shared import locator, read_at, read_in, read_on


class SynthesisStudies(Table):
    """One study that one synthesis pooled or lists as included, with its result where one was read."""

    synthesis_id: Text = key("Synthesis", "Work that pools.", references="citations")
    study_id: Text = key("Study", "Work that is pooled.", references="citations")
    contribution: Text = key("Contribution", "Which result of the study the row holds: outcome, sex or arm; `any` where none need be told apart.")
    effect_id: Text = reference("Pooled result", "Result of the synthesis to which the numbers of the row belong.", "effect_estimates")
    weight_percent: Number = number("Weight", "Weight in the main analysis as printed.", unit="%", minimum=0, maximum=100)
    events_intervention: Integer = integer("Events, intervention", "People with the event in the exposed group.", minimum=0)
    n_intervention: Integer = integer("People, intervention", "People in the exposed group.", minimum=1)
    events_control: Integer = integer("Events, control", "People with the event in the comparison group.", minimum=0)
    n_control: Integer = integer("People, control", "People in the comparison group.", minimum=1)
    estimate: Number = number("Estimate", "Result of the study as the synthesis pooled it, in the measure of the pooled result.")
    ci_low: Number = number("Interval, low end", "Low end of its 95 % interval as printed.")
    ci_high: Number = number("Interval, high end", "High end of its 95 % interval as printed.")
    standard_error: Number = number("Standard error", "Standard error as printed; of the logarithm for ratios.", exclusive_minimum=0)
    read_in: Text = read_in()
    read_at: Text = read_at()
    locator: Text = locator()
    read_on: Date = read_on()

    @row_rule("synthesis-study-result", column="estimate", reason="an estimate has its interval or standard error, and the pooled result it went into",
              mend="Fill effect_id and ci_low with ci_high or standard_error, or empty estimate.")
    def estimate_is_complete(cls, frame):
        ends = frame[["ci_low", "ci_high"]].notna()
        is_bounded = (ends.all(axis=1) | frame["standard_error"].notna()) & frame["effect_id"].notna()
        return (frame["estimate"].notna() & is_bounded & (ends.all(axis=1) | ~ends.any(axis=1))) | (
            frame[["estimate", "ci_low", "ci_high", "standard_error"]].isna().all(axis=1))

    @row_rule("synthesis-study-counts", column="events_intervention", reason="no group has more people with the event than people",
              mend="Look the counts up again.")
    def events_within_people(cls, frame):
        def fits(events: str, people: str):
            return frame[events].isna() | frame[people].isna() | (frame[events] <= frame[people]).fillna(False)
        return fits("events_intervention", "n_intervention") & fits("events_control", "n_control")
