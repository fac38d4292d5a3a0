"""Table ``evidence_summaries``."""

from .fields import Integer, Table, Text, choice, integer, key, reference, text

CONSISTENCY = {
    "all-favour": "All counted results that state a side favour the exposure.",
    "none-favour": "All counted results that state a side favour neither.",
    "all-against": "All counted results that state a side are against the exposure.",
    "mixed": "Counted results state different sides.",
    "not-assessable": "Counted results of fewer than two works state a side.",
}
SUPPORT = {
    "benefit-consistent": "The leading result favours the exposure, and so does every counted result that states a side, from at least two works.",
    "benefit-likely": "The leading result favours the exposure and none is against it, but some favour neither side or all come from one work.",
    "no-effect-shown": "The leading result favours neither side, and no two counted results favour opposite sides.",
    "conflicting": "The leading result states a side; at least one counted result favours the exposure and one is against it.",
    "harm-likely": "The leading result is against the exposure and none favours it, but some favour neither side or all come from one work.",
    "harm-consistent": "The leading result is against the exposure, and so is every counted result that states a side, from at least two works.",
    "insufficient": "No counted result states a side.",
}
AFFECTED_SAYS = "Results of the question, counted or not, that rest on work retracted, replaced, withdrawn or under an expression of concern."
UNKNOWN_SAYS = "Results of the question, counted or not, whose work was not looked up, or pooled works that are not all known and looked up."


class EvidenceSummaries(Table):
    """What the shipped results say about one question, by the published rule (generated).

    A result counts, and so may lead, if it is a main result of a study in people, read in the work itself, not superseded and not
    affected by retraction; where fabricated trials are known (retraction_prone), it must also be known not to be affected.
    """

    question_id: Text = key("Question", "Question summarised.", references="questions")
    n_syntheses: Integer = integer("Syntheses", "Meta-analyses and systematic reviews with a counted result.", required=True, minimum=0)
    n_trials: Integer = integer("Trials", "Trials with a counted result of their own.", required=True, minimum=0)
    n_observational: Integer = integer("Observational works", "Cohort, case-control and cross-sectional works with a counted result.", required=True,
                                       minimum=0)
    n_participants: Integer = integer("Participants", "People in the leading result.", minimum=1)
    leading_effect_id: Text = reference(
        "Leading effect", "Counted result with a side, of the strongest design; then the latest synthesis or the largest study; then the first id.",
        "effect_estimates")
    n_favours_intervention: Integer = integer("For", "Counted results that favour the exposure.", required=True, minimum=0)
    n_favours_neither: Integer = integer("Neither", "Counted results that favour neither side.", required=True, minimum=0)
    n_favours_control: Integer = integer("Against", "Counted results against the exposure.", required=True, minimum=0)
    consistency: Text = choice("Consistency", "How the counted results agree.", CONSISTENCY, required=True)
    n_affected_by_retraction: Integer = integer("Affected by retraction", AFFECTED_SAYS, required=True, minimum=0)
    n_retraction_unknown: Integer = integer("Retraction unknown", UNKNOWN_SAYS, required=True, minimum=0)
    support: Text = choice("Support", "Summary grade of the package; not GRADE.", SUPPORT, required=True)
    rule_version: Text = text("Rule version", "Version of the rule that made the row.", required=True, pattern=r"\d+", says="a whole number")
