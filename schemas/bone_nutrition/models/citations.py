"""Table ``citations``."""

from .fields import Date, Integer, Table, Text, choice, date, integer, key, listing, reference, row_rule, text
from .shared import DOI, STUDY_DESIGN

TYPE = {
    "journal-article": "Article in a journal.",
    "meeting-abstract": "Abstract of a talk or poster at a meeting.",
    "book": "Book.",
    "chapter": "Chapter of a book.",
    "report": "Report of a body.",
    "guideline": "Guideline.",
    "web-page": "Web page, among them drug labels.",
    "dataset": "Database or release of data.",
    "regulation": "Law or official register.",
}
FUNDING = {
    "industry": "Paid by makers of what was studied.",
    "public": "Public or charitable money.",
    "mixed": "Both.",
    "not-stated": "Not stated, or not looked for.",
}
PUBLICATION_STATUS = {
    "not-applicable": "The kind of work is not retracted: a law, a label, a database, a table of an authority.",
    "not-checked": "Not looked up.",
    "no-notice-found": "Looked up; no notice as of status_checked_on.",
    "corrected": "A correction was published.",
    "expression-of-concern": "An expression of concern stands.",
    "retracted": "Retracted.",
    "retracted-and-replaced": "Retracted and replaced by a corrected version.",
    "withdrawn": "Withdrawn.",
}
UNSOUND = ("retracted", "retracted-and-replaced", "withdrawn")
STUDY_LIST = {
    "complete": "All pooled studies stand in synthesis_studies.",
    "partial": "Some do.",
    "none": "None does.",
}
AFFECTED = {
    "yes": "It pooled a work that is retracted, withdrawn or under an expression of concern.",
    "no": "Its list of studies is complete, every study on it was looked up, and none is.",
    "unknown": "Its list of studies is not complete, or not every study on it was looked up.",
}
VERIFICATION = {
    "identifier-seen": "Title, year and DOI or PMID were read together at verified_against.",
    "title-seen": "The work was found, its identifier was not.",
    "unverified": "Not found in any source.",
}


class Citations(Table):
    """One work that carries rows of this package."""

    citation_id: Text = key("Citation", "Family name or body's acronym, year or nd, letter.",
                            pattern=r"[a-z0-9]+(?:-[a-z0-9]+)*-(?:(?:19|20)\d\d|nd)[b-z]?", says="name-year, as mott-2019 or efsa-2014b")
    type: Text = choice("Type", "Kind of publication.", TYPE, required=True)
    study_design: Text = choice("Study design", "Kind of study.", STUDY_DESIGN, required=True)
    title: Text = text("Title", "Title as printed.", required=True)
    authors: Text = listing("Authors", "Family name and initials, joined by |; the first at least.", change="value")
    year: Integer = integer("Year", "Year of the issue.", minimum=1900, maximum=2100)
    container: Text = text("Container", "Journal, book or publisher.")
    volume: Text = text("Volume", "Volume.")
    issue: Text = text("Issue", "Issue.")
    pages: Text = text("Pages", "Pages or article number.")
    doi: Text = text("DOI", "Digital object identifier in lower case, without address.", pattern=DOI, says="a bare DOI in lower case", unique=True,
                     mend="Write 10.… in lower case, without https://doi.org/.")
    pmid: Text = text("PMID", "PubMed number.", pattern=r"[1-9]\d{0,7}", says="one to eight digits", unique=True)
    pmcid: Text = text("PMCID", "PubMed Central number.", pattern=r"PMC[1-9]\d{1,8}", says="PMC and digits", unique=True)
    url: Text = text("Address", "Address of the work, for works without DOI.", pattern=r"https?://\S+", says="an http or https address")
    registration: Text = text("Registration", "Trial or review registration number.")
    funding: Text = choice("Funding", "Who paid.", FUNDING, required=True)
    publication_status: Text = choice("Publication status", "Whether a notice stands against the work.", PUBLICATION_STATUS, required=True)
    notice_doi: Text = text("Notice DOI", "DOI of the notice.", pattern=DOI, says="a bare DOI in lower case")
    status_checked_on: Date = date("Status checked on", "Day, or date of the list, to which the status holds.")
    status_source: Text = text("Status source", "List or page that shows the status.")
    superseded_by: Text = reference("Superseded by", "Newer edition or update.", "citations")
    study_list: Text = choice("Study list", "For syntheses: how far synthesis_studies lists what was pooled.", STUDY_LIST)
    affected_by_retraction: Text = choice("Affected by retraction", "For syntheses: whether retracted work was pooled; empty for other works.", AFFECTED,
                                          derived=True)
    verification: Text = choice("Verification", "How far the work itself was checked.", VERIFICATION, required=True)
    verified_against: Text = text("Verified against", "Address at which it was checked.", pattern=r"https?://\S+(?:\|https?://\S+)*",
                                  says="an http or https address")
    verified_on: Date = date("Verified on", "Day on which it was checked.")

    @row_rule("citation-verified", column="verification", reason="identifier-seen needs a DOI or PMID, and any verification an address and a day",
              mend="Fill doi or pmid, verified_against and verified_on, or lower verification.")
    def verification_is_backed(cls, frame):
        seen = frame["verification"].eq("identifier-seen")
        found = ~frame["verification"].eq("unverified")
        has_identifier = frame["doi"].notna() | frame["pmid"].notna()
        return (~seen | has_identifier) & (~found | (frame["verified_against"].notna() & frame["verified_on"].notna()))

    @row_rule("citation-status-source", column="publication_status", reason="a status that was checked says on which day and where",
              mend="Fill status_checked_on and status_source, or set not-checked.")
    def status_is_backed(cls, frame):
        unchecked = frame["publication_status"].isin(("not-applicable", "not-checked"))
        return unchecked | (frame["status_checked_on"].notna() & frame["status_source"].notna())
