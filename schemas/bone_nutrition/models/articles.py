"""Table ``articles``."""

from .fields import Date, Table, Text, date, key, text, wording


class Articles(Table):
    """One popular article whose statements are judged in claims."""

    article_id: Text = key("Article", "Readable slug of the article.")
    title: Text = text("Title", "Title as printed.", required=True)
    publisher: Text = text("Publisher", "Site or publisher.")
    published_on: Date = date("Published on", "Date printed on it.")
    url: Text = text("Address", "Address, where known.", pattern=r"https?://\S+", says="an http or https address")
    note: Text = wording("Note", "Which copy was read.")
