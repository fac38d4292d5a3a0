"""The command line ``bone-nutrition``: commands and their options only; what they show comes from the package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

import bone_nutrition
from bone_nutrition import lookup, person
from bone_nutrition.command_output import ROWS_SHOWN, show_csv, show_row, show_rows
from bone_nutrition.printing import accept_any_text

NAME = "bone-nutrition"
NOT_FOUND = 1
# What validate and diff import.
BROUGHT_BY_VALIDATE = ("pandas", "pandera", "pyarrow", "numpy")

FOOD_COLUMNS = ("food_id", "name", "food_group_id", "preparation", "serving_description", "serving_g")
VALUE_COLUMNS = ("food_id", "nutrient_id", "per_100_g", "per_serving", "unit", "serving", "value_status")
INTAKE_COLUMNS = ("authority", "value_type", "amount", "unit", "per", "basis", "stage_detail", "condition", "citation_id")
ABOUT_COLUMNS = {
    "effects": ("citation_id", "outcome_id", "analysis", "measure", "estimate", "ci_low", "ci_high", "favours", "exposure_kind", "contrast", "comparator"),
    "forms": ("form_id", "name", "kind", "formula", "elemental_fraction"),
    "foods": VALUE_COLUMNS,
    "functions": ("relation", "target_id", "statement", "status"),
    "interactions": ("subject_id", "relation", "object_id", "mechanism", "severity"),
    "intakes": ("authority", "value_type", "amount", "unit", "sex", "life_stage", "age_min_months", "age_max_months"),
}

HELP = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False, context_settings=HELP)


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; exits with 0 if found, 1 for faults or nothing found, 2 for wrong usage."""
    accept_any_text()
    try:
        app(args=arguments, prog_name=NAME)
    except ModuleNotFoundError as error:
        library = (error.name or "").split(".")[0]
        if library not in BROUGHT_BY_VALIDATE:
            raise
        _exit(f"this command needs {library}: pip install '{NAME}[validate]'")
    except LookupError as error:
        _exit(str(error.args[0]))
    except (OSError, bone_nutrition.IntegrityError) as error:
        _exit(str(error))
    sys.exit(0)


def _exit(message: str) -> NoReturn:
    print(f"{NAME}: {message}", file=sys.stderr)
    sys.exit(NOT_FOUND)


def _tables(incomplete: str) -> Iterator[str]:
    yield from (table for table in bone_nutrition.tables() if table.startswith(incomplete))


def _keys(context: typer.Context, incomplete: str) -> Iterator[str]:
    """Keys of the table named before."""
    if (table := context.params["table"]) in bone_nutrition.tables():
        columns = lookup.key_of(table)
        keys = ("/".join(row[column] for column in columns) for row in bone_nutrition.rows(table))
        yield from (key for key in keys if key.startswith(incomplete))


def _ids(table: str, id_column: str, name_column: str) -> Callable[[str], Iterator[tuple[str, str]]]:
    """A completion that offers the ids of a table, each with its name."""
    def complete(incomplete: str) -> Iterator[tuple[str, str]]:
        yield from ((row[id_column], row[name_column]) for row in bone_nutrition.rows(table) if row[id_column].startswith(incomplete))
    return complete


def _authorities(incomplete: str) -> Iterator[str]:
    yield from sorted({row["authority"] for row in bone_nutrition.rows("reference_intakes") if row["authority"].startswith(incomplete)})


_nutrients = _ids("nutrients", "nutrient_id", "name")
_foods = _ids("foods", "food_id", "name")
_works = _ids("citations", "citation_id", "title")

TableName = Annotated[str, typer.Argument(metavar="TABLE", help="Name of a table; list shows them.", autocompletion=_tables)]
Nutrient = Annotated[str, typer.Argument(metavar="NUTRIENT", help="Id of a nutrient, as vitamin-k.", autocompletion=_nutrients)]
Format = Annotated[Literal["table", "json", "csv"], typer.Option("--format", "-f", help="table for people, json or csv for pipes.")]
Limit = Annotated[int | None, typer.Option(min=1, show_default=False, help=f"Most rows to show; default: {ROWS_SHOWN} in a table, else all.")]


def _version(wanted: bool) -> None:
    if wanted:
        print(bone_nutrition.describe()["version"])
        raise typer.Exit


@app.callback()
def about(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True,
                                                help="Show the version of the data and exit.")] = False) -> None:
    """Open, validated tables on nutrients and bone. Not medical advice.

    Exit status: 0 found, 1 faults or nothing found, 2 wrong usage.

    \b
    Examples:
      bone-nutrition list
      bone-nutrition food kale --nutrient calcium
      bone-nutrition intake magnesium --sex female --age 25
      bone-nutrition show interactions --where object_id=calcium --format csv > calcium.csv
    """


@app.command("list")
def list_(table: Annotated[str | None, typer.Argument(metavar="[TABLE]", help="List the columns of this table.", autocompletion=_tables)] = None,
          format: Format = "table") -> None:
    """List the tables, or the columns of one.

    \b
    Examples:
      bone-nutrition list
      bone-nutrition list foods
    """
    if table is None:
        found = [{"table": resource["name"], "rows": str(resource["rows"]), "description": resource["description"]}
                 for resource in bone_nutrition.describe()["resources"]]
    else:
        found = [{"column": field["name"], "type": field["type"], "unit": field.get("unit", ""), "description": field["description"]}
                 for field in bone_nutrition.describe(table)["schema"]["fields"]]
    show_rows(found, format, limit=len(found))


@app.command()
def show(table: TableName,
         where: Annotated[list[str] | None, typer.Option(metavar="COLUMN=VALUE", help="Only rows with this cell; may be repeated.")] = None,
         columns: Annotated[str | None, typer.Option(metavar="A,B,…", help="Only these columns.")] = None,
         limit: Limit = None, format: Format = "table") -> None:
    """Show rows of a table.

    \b
    Examples:
      bone-nutrition show nutrients --where kind=vitamin --columns nutrient_id,name
      bone-nutrition show interactions --where severity=major --format json
    """
    rows = lookup.select(table, dict(map(_condition, where or ())))
    if not rows:
        raise LookupError(f"no such row in {table}")
    names = lookup.column_names(table)
    wanted = [name.strip() for name in columns.split(",")] if columns else names
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise LookupError(f"no column {', '.join(unknown)} in {table}: its columns are {', '.join(names)}")
    show_rows([{name: row[name] for name in wanted} for row in rows], format, limit=limit)


@app.command()
def get(table: TableName,
        id: Annotated[str, typer.Argument(metavar="ID", help="Key of the row; parts of a longer key joined by /.", autocompletion=_keys)],
        format: Format = "table") -> None:
    """Get one row by its id.

    \b
    Examples:
      bone-nutrition get foods kale-raw
      bone-nutrition get food_sources kale-raw/calcium/usda-sr-legacy-2018 --format json
    """
    show_row(lookup.get(table, id), format)


@app.command()
def food(query: Annotated[str, typer.Argument(metavar="QUERY", help="Id of a food, or words of its name.", autocompletion=_foods)],
         nutrient: Annotated[str | None, typer.Option(help="Show the amount of this nutrient, the largest first.", autocompletion=_nutrients)] = None,
         values: Annotated[bool, typer.Option("--values", help="Show all nutrients of the foods found.")] = False,
         limit: Limit = None, format: Format = "table") -> None:
    """Find foods by name, and what they hold per 100 g and per serving.

    \b
    Examples:
      bone-nutrition food cheese
      bone-nutrition food cheese --nutrient calcium
      bone-nutrition food kale-raw --values --format csv
    """
    found = lookup.foods(query)
    if nutrient or values:
        show_rows(lookup.food_values(found, nutrient), format, VALUE_COLUMNS, limit)
    else:
        show_rows(found, format, FOOD_COLUMNS, limit)


@app.command()
def nutrient(nutrient: Nutrient,
             about: Annotated[Literal["foods", "functions", "interactions", "intakes", "forms", "effects"] | None,
                              typer.Option(help="What to show of it instead of its own row; foods are ranked.")] = None,
             limit: Limit = None, format: Format = "table") -> None:
    """Show a nutrient, or what the tables say of it.

    \b
    Examples:
      bone-nutrition nutrient vitamin-k
      bone-nutrition nutrient phylloquinone --about foods --limit 10
      bone-nutrition nutrient vitamin-k --about interactions --format json
    """
    rows = lookup.nutrient(nutrient, about)
    if about is None:
        show_row(rows[0], format)
    else:
        show_rows(_with_amounts(rows) if about == "intakes" and format == "table" else rows, format, ABOUT_COLUMNS[about], limit)


@app.command()
def intake(nutrient: Nutrient,
           sex: Annotated[Literal["female", "male"], typer.Option(help="Sex of the person.")],
           age: Annotated[float, typer.Option(metavar="YEARS", help="Age in years; 0.5 for six months.")],
           life_stage: Annotated[Literal["general", "pregnancy", "lactation"], typer.Option(help="Stage of life.")] = "general",
           authority: Annotated[str | None, typer.Option(help="Only values of this authority, as efsa or nasem.", autocompletion=_authorities)] = None,
           format: Format = "table") -> None:
    """Show the reference intakes that apply to a person. Basis, per and condition are part of a value.

    \b
    Examples:
      bone-nutrition intake magnesium --sex female --age 25 --life-stage lactation
      bone-nutrition intake calcium --sex male --age 70 --authority nasem --format json
    """
    try:
        found = bone_nutrition.intakes(nutrient, sex=sex, age_years=age, life_stage=life_stage, authority=authority)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    show_rows(_with_amounts(found) if format == "table" else found, format, INTAKE_COLUMNS, len(found))


@app.command()
def validate(folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Folder with datapackage.json; by default the package itself.")] = None,
             format: Format = "table") -> None:
    """Check a copy of the package, ours or yours with rows added, and report all faults.

    \b
    Examples:
      bone-nutrition validate
      bone-nutrition validate my-copy --format json
    """
    from bone_nutrition import faults, validation

    folder = folder or bone_nutrition.path(bone_nutrition.tables()[0]).parent.parent
    try:
        validation.expect_folder(folder)
    except NotADirectoryError as error:
        raise typer.BadParameter(str(error)) from error
    report = validation.validate(folder)
    if format == "csv":
        show_csv([{name: str(value if value is not None else "") for name, value in asdict(fault).items()} for fault in report.faults],
                   list(faults.Fault.__dataclass_fields__))
    elif report.faults or format == "json":
        print(faults.render(report.faults, "json" if format == "json" else "text"))
    print(*report.notes(), sep="\n", file=sys.stderr)
    raise typer.Exit(0 if report.ok else NOT_FOUND)


@app.command()
def diff(old: Annotated[str, typer.Argument(metavar="OLD", help="Zip, wheel, folder, address of a zip, or tag of the git repository here.")],
         new: Annotated[str, typer.Argument(metavar="NEW", help="The same for the newer package.")],
         most: Annotated[int, typer.Option(min=0, help="Most rows and cells of each kind to list.")] = 20,
         format: Annotated[Literal["text", "markdown", "json"],
                           typer.Option("--format", "-f", help="text for people, markdown for notes, json for pipes.")] = "text") -> None:
    """Compare two packages, and say which version step the differences need.

    \b
    Examples:
      bone-nutrition diff bone-nutrition-1.0.0.zip bone-nutrition-1.1.0.zip
      bone-nutrition diff v1.0.0 . --format markdown
    """
    from bone_nutrition import comparison
    from bone_nutrition.comparison.report import render

    here = Path.cwd()
    try:
        with comparison.open_package(old, here) as before, comparison.open_package(new, here) as after:
            print(render(comparison.compare(before, after), format, most))
    except comparison.ComparisonError as error:
        raise LookupError(str(error)) from error


@app.command()
def cite(id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Id of a work; by default the package itself.", autocompletion=_works)] = None,
         style: Annotated[Literal["text", "bibtex", "csl-json"], typer.Option(help="How to write it.")] = "text") -> None:
    """Cite a work, or the package itself. A retracted work says so.

    \b
    Examples:
      bone-nutrition cite
      bone-nutrition cite nasem-2019 --style bibtex
    """
    print(bone_nutrition.cite(id, style))


def _condition(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"--where takes COLUMN=VALUE, not {text!r}")
    return column, value


def _with_amounts(intakes: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [dict(row, amount=person.amount(row)) for row in intakes]
