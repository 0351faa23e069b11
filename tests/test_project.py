"""Lists that must agree do: MLproject, conda.yaml and the documentation with what is declared."""

import re
import sys
import tomllib

import pytest
import yaml
from mutations import MUTATIONS
from test_layers import FILES, imports

from experiments.__main__ import overview
from mc import plugins
from mc.engine import growing, project
from mc.report.seed_study.published import seed_study
from mc.settings import declared

MLPROJECT = yaml.safe_load((project.ROOT / "MLproject").read_text())
ENTRY_POINTS = [name for name in MLPROJECT["entry_points"] if name != "main"]  # which lists them
README = (project.ROOT / "README.md").read_text()
DOCS = project.ROOT / "docs"
MARKDOWN = [*project.ROOT.glob("*.md"), *DOCS.rglob("*.md")]
PYPROJECT = tomllib.loads((project.ROOT / "pyproject.toml").read_text())


def test_mlproject_is_what_the_declarations_render():
    assert (project.ROOT / "MLproject").read_text() == project.mlproject()


def test_conda_is_what_pyproject_renders():
    assert (project.ROOT / "conda.yaml").read_text() == project.conda()


@pytest.mark.parametrize("page", project.pages(), ids=lambda page: page.stem)
def test_the_tables_of_a_page_are_what_the_declarations_render(page):
    assert project.with_tables(page.read_text()) == page.read_text()


@pytest.mark.parametrize("name", ENTRY_POINTS)
def test_every_entry_point_has_a_page_with_its_command_and_parameters(name):
    page = (DOCS / "experiments" / f"{name}.md").read_text()
    assert f"uv run mlflow run . -e {name} --env-manager local" in page
    assert project.MARKER.format(f"parameters of {name}") in page


@pytest.mark.parametrize("name", ENTRY_POINTS)
def test_every_entry_point_is_listed_in_the_readme_and_in_the_index(name):
    assert f"[`{name}`](docs/experiments/{name}.md)" in README
    assert f"[`{name}`]({name}.md)" in (DOCS / "experiments" / "index.md").read_text()


def test_every_plug_in_with_settings_has_a_table():
    text = (DOCS / "reference" / "parameters.md").read_text()
    kinds = [("backends", "backend"), ("datasets", "data")]
    names = [
        name
        for folder, parameter in kinds
        for name in plugins.names(folder)
        if declared(plugins.load(folder, parameter, name).Parameters)
    ]
    names += ["files", "openml"]
    for table in ("common parameters", *(f"parameters of {name}" for name in names)):
        assert project.MARKER.format(table) in text


def test_a_changed_default_changes_the_page(monkeypatch):
    page = DOCS / "experiments" / "low_rates.md"
    stage = project.stages()["low_rates"]
    changed = stage.Settings.model_fields["increment"]
    monkeypatch.setattr(changed, "default", 123)
    for each in (declared, project.parameter_tables):
        each.cache_clear()
    try:
        assert "| `increment` | `123` |" in project.with_tables(page.read_text())
    finally:
        monkeypatch.undo()
        for each in (declared, project.parameter_tables):
            each.cache_clear()


def test_end_tables_of_the_first_pages_are_parts_of_the_main_jobs():
    """So that numbers which are renewed on one page are renewed on all."""
    whole = (DOCS / "experiments" / "collapse_rates.md").read_text()
    for text in (README, (DOCS / "tutorial.md").read_text()):
        (table,) = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
        assert set(table.splitlines()) <= set(whole.splitlines())


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 200


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(project.ROOT)))
def test_links_within_the_project_lead_to_files(page):
    """Anchors and the order of pages are checked when the site is built, see .ci/run."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    within = [target for target in targets if target and "://" not in target]
    assert [target for target in within if not (page.parent / target).exists()] == []


def test_every_page_of_the_documentation_is_in_a_table_of_contents():
    listed = {DOCS / "index.md"}
    for page in DOCS.rglob("*.md"):
        for names in re.findall(r"```{toctree}\n(?::.*\n)*\n((?:.+\n)+)```", page.read_text()):
            targets = re.findall(r"^(?:.*<)?([\w-]+(?:/index)?)>?$", names, re.MULTILINE)
            listed |= {page.parent / f"{target}.md" for target in targets}
    assert listed == {page for page in DOCS.rglob("*.md") if "_build" not in page.parts}


@pytest.mark.parametrize("name", ENTRY_POINTS)
def test_each_entry_point_declares_and_passes_on_what_matters(name):
    entry = MLPROJECT["entry_points"][name]
    declared = project.essential(project.stages()[name])
    assert 3 <= len(declared) <= 8
    assert list(entry["parameters"]) == list(declared)
    assert re.findall(r"--(\w+) \{(\w+)\}", entry["command"]) == [(key, key) for key in declared]
    texts = {key: entry["parameters"][key]["default"] for key in declared}
    settings = project.stages()[name].Settings
    assert settings.read(texts) == settings()


def test_without_an_entry_point_the_user_reads_what_there_is():
    shown = overview()
    assert all(f"  {name} " in shown for name in ENTRY_POINTS)
    assert MLPROJECT["entry_points"]["main"] == {"command": "python -m experiments"}


def test_mlproject_is_short():
    assert len((project.ROOT / "MLproject").read_bytes()) < 9_500


def test_every_stage_says_what_it_is():
    for module in project.stages().values():
        assert module.__doc__
        assert callable(module.run)


def test_direct_dependencies_are_pinned_exactly():
    project_table, uv = PYPROJECT["project"], PYPROJECT["tool"]["uv"]
    extras, groups = project_table["optional-dependencies"], PYPROJECT["dependency-groups"]
    named = [each for group in (*extras.values(), *groups.values()) for each in group]
    wanted = [*project_table["dependencies"], *PYPROJECT["build-system"]["requires"]]
    wanted += [each for each in named if not isinstance(each, dict)]
    wanted.remove(f"{project_table['name']}[server]")
    wanted += [*uv["constraint-dependencies"], *uv["build-constraint-dependencies"]]
    assert all(re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", each) for each in wanted)


def test_the_example_package_is_built_by_the_same_tool():
    example = project.ROOT / "examples" / "modelcollapse-example" / "pyproject.toml"
    assert tomllib.loads(example.read_text())["build-system"] == PYPROJECT["build-system"]


def test_every_import_is_a_direct_dependency():
    """What the code imports by name is pinned by name, not left to others' dependencies."""
    packages = {"PIL": "pillow", "sklearn": "scikit-learn", "yaml": "pyyaml"}
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    all_pins = [*PYPROJECT["project"]["dependencies"], *(pin for extra in extras for pin in extra)]
    pinned = {pin.split("==")[0] for pin in all_pins}
    libraries = {name.split(".")[0] for file in FILES for name in imports(file)}
    libraries -= {"mc", "experiments", *sys.stdlib_module_names}
    assert {packages.get(name, name) for name in libraries} <= pinned


def test_the_main_jobs_preset_and_its_second_growth_are_the_original_studys():
    stage = project.stages()["collapse_rates"].Settings
    settings = stage.read({"preset": "seed"})
    (original,) = growing.growths(settings)
    assert original == (tuple(range(50_000, 80_001, 1_000)), 5)
    assert [sizes for sizes, _ in growing.growths(stage())][1:] == [original[0]]
    assert settings.rates == tuple(tenth / 10 for tenth in range(11))
    assert (settings.test_size, settings.log_models) == (20_000, "all")


@pytest.mark.parametrize("stage", ["training_size", "total_collapse", "low_rates", "fine_rates"])
def test_presets_and_sizes_are_the_original_studys(stage):
    """Its published points, rates and repetitions are what `preset=seed` asks for."""
    module = project.stages()[stage]
    published = seed_study().query("stage == @stage")
    preset = {"preset": "seed"} if module.Settings.presets else {}
    asked = module.Settings.read(preset).values()
    assert asked["repetitions"] in (at := published["repetitions"].max(), (at,))
    if "sizes" in asked:
        assert set(published["size"]) == set(asked["sizes"])
    else:
        assert set(published["rate"]) <= set(asked["rates"])
        assert published["size"].max() == max(asked["final_size"])
        assert published["size"].min() >= min(asked["initial_size"])


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.what)
def test_each_break_that_tests_should_notice_can_still_be_made(mutation):
    assert (project.ROOT / mutation.file).read_text().count(mutation.old) == 1
