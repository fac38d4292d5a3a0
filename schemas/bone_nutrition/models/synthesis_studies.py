"""Table ``synthesis_studies``."""

from .fields import Date, Integer, Number, Table, Text, integer, key, number
from .shared import locator, read_at, read_in, read_on


class SynthesisStudies(Table):
    """One study that one synthesis pooled or lists as included."""

    synthesis_id: Text = key("Synthesis", "Work that pools.", references="citations")
    study_id: Text = key("Study", "Work that is pooled.", references="citations")
    weight_percent: Number = number("Weight", "Weight in the main analysis as printed.", unit="%", minimum=0, maximum=100)
    events_intervention: Integer = integer("Events, intervention", "People with the event in the exposed group.", minimum=0)
    n_intervention: Integer = integer("People, intervention", "People in the exposed group.", minimum=1)
    events_control: Integer = integer("Events, control", "People with the event in the comparison group.", minimum=0)
    n_control: Integer = integer("People, control", "People in the comparison group.", minimum=1)
    read_in: Text = read_in()
    read_at: Text = read_at()
    locator: Text = locator()
    read_on: Date = read_on()
