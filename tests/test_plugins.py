"""Laws of plug-ins that installed packages bring: found by name, refused aloud, told by version."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from mc import plugins
from mc.data import datasets
from mc.engine import common, project, remote_workers
from mc.engine.common import StudySettings
from mc.engine.session import no_corpus, open_session
from mc.errors import ParameterError, StudyError
from mc.lineage.loop import Condition, lineage
from mc.report import outline
from mc.settings import OneOf

Install = Callable[..., None]
BACKEND = '''
"""Always the same guess."""

from sklearn.dummy import DummyClassifier

from mc.data.vectoriser import Representation
from mc.settings import Settings

representation = Representation("counts")
trusted_types = ()


class Parameters(Settings):
    pass


def fit(X, y, *, seed, previous=None):
    return DummyClassifier().fit(X, y)
'''
EXPERIMENT = '"""Half rate: a test.\n\nMore."""\n\nraise RuntimeError("no help may import this")\n'


@pytest.fixture
def install(tmp_path, monkeypatch) -> Iterator[Install]:
    """Puts a package where Python finds it, with its entry points, as installers do."""
    monkeypatch.syspath_prepend(tmp_path)

    def put(
        groups: dict[str, dict[str, str]],
        files: dict[str, str] | None = None,
        *,
        name: str = "my-package",
        version: str = "1.0",
    ) -> None:
        for path, text in (files or {}).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        info = tmp_path / f"{name.replace('-', '_')}.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        lines = [
            line
            for group, entries in groups.items()
            for line in (f"[modelcollapse.{group}]", *(f"{a} = {b}" for a, b in entries.items()))
        ]
        (info / "entry_points.txt").write_text("\n".join(lines))
        plugins.forget()

    yield put
    monkeypatch.undo()
    plugins.forget()
    for module in [name for name in sys.modules if name.partition(".")[0] in ("mine", "other")]:
        del sys.modules[module]


@pytest.fixture
def constant(install) -> None:
    """A backend ``constant`` of a package."""
    install({"backends": {"constant": "mine.guess"}}, {"mine/guess.py": BACKEND})


def test_an_installed_backend_is_found_loaded_and_trained(constant, features):
    assert plugins.names("backends") == ("constant", "lightgbm", "logistic", "random_forest")
    assert plugins.own("backends") == ("lightgbm", "logistic", "random_forest")
    assert plugins.version("backends", "constant") == "my-package 1.0"
    assert plugins.version("backends", "logistic") == ""
    condition = Condition((100, 150), rate=1.0, backend="constant", test_size=100)
    first, _ = lineage(features, condition, 0)
    assert first.metrics["positive_share"] in (0, 1)


def test_names_are_known_before_anything_is_imported(install):
    kinds = {kind: {"mine": f"nowhere.{kind}"} for kind in plugins.KINDS}
    install(kinds)
    for kind in plugins.KINDS:
        assert plugins.names(kind) == tuple(sorted((*plugins.own(kind), "mine")))


def test_choices_of_settings_follow(constant):
    annotated = OneOf(plugins.names("backends"))
    assert "constant" in annotated.choices
    assert plugins.own("labellings") == common.LABELLINGS  # read before, by this process


def test_a_labelling_is_a_function(install):
    install(
        {"labellings": {"never": "mine.label:never"}},
        {"mine/label.py": "def never(probability, draws, share):\n    return 0 * probability\n"},
    )
    never = plugins.load("labellings", "labelling", "never")
    assert list(never(np.ones(2), np.ones(2), 0.5)) == [0, 0]
    argmax = plugins.load("labellings", "labelling", "argmax")
    assert list(argmax(np.array([0.2, 0.9]), np.ones(2), 0.5)) == [0, 1]


def test_the_nearest_name_is_offered(constant):
    with pytest.raises(ParameterError, match=r"did you mean 'constant'\?"):
        plugins.load("backends", "backend", "constnat")


def test_a_name_of_ours_is_never_taken_over_nor_kept_silently(install):
    install({"backends": {"logistic": "mine.guess"}}, {"mine/guess.py": BACKEND})
    both = "'logistic' is ambiguous: model-collapse-lab and my-package 1.0 have a plug-in"
    for ask in (plugins.module_name, plugins.version):
        with pytest.raises(ParameterError, match=both):
            ask("backends", "logistic")
    with pytest.raises(ParameterError, match=both):
        plugins.load("backends", "backend", "logistic")
    with pytest.raises(ParameterError, match=both):
        plugins.versions({"backend": "logistic"})
    assert plugins.load("backends", "backend", "random_forest")


def test_two_packages_with_one_name_are_both_named(install):
    install({"backends": {"constant": "mine.guess"}}, {"mine/guess.py": BACKEND})
    install({"backends": {"constant": "other.guess"}}, name="other", version="2.0")
    with pytest.raises(ParameterError, match=r"my-package 1\.0 and other 2\.0 have a plug-in"):
        plugins.load("backends", "backend", "constant")


def test_a_name_with_a_separator_is_refused_since_no_text_of_several_could_hold_it(install):
    install({"backends": {"a+b": "mine.guess"}}, {"mine/guess.py": BACKEND})
    with pytest.raises(ParameterError, match=r"'a\+b', a plug-in of my-package 1\.0 .*; rename"):
        plugins.load("backends", "backend", "a+b")


@pytest.mark.parametrize("text", ["import not_installed_anywhere", "1 / 0", "def broken(:"])
def test_a_broken_plug_in_names_its_package_and_breaks_nothing_else(install, text):
    install({"backends": {"constant": "mine.guess"}}, {"mine/guess.py": text})
    with pytest.raises(
        ParameterError,
        match=r"backend='constant' is a plug-in of my-package 1\.0 that fails to import: \w+Error",
    ):
        plugins.load("backends", "backend", "constant")
    assert plugins.load("backends", "backend", "logistic").fit


def test_versions_are_those_of_all_that_values_name(install):
    install(
        {"backends": {"constant": "a.b"}, "strategies": {"mine": "a.c"}, "experiments": {"x": "a"}}
    )
    assert plugins.versions("collapse_rates", {"backend": "logistic", "rates": (0.0, 1.0)}) == {}
    assert plugins.versions("x", {"strategies": ("none", "accumulate+mine:share=0.2")}) == {
        "strategies mine": "my-package 1.0",
        "experiments x": "my-package 1.0",
    }
    assert plugins.versions({"backends": "logistic,constant:fast"}) == {
        "backends constant": "my-package 1.0"
    }
    assert plugins.versions({"data": "folder/constant.csv"}) == {}


def study(settings: StudySettings) -> str:
    """The name of the study that such a stage would have."""
    with open_session("collapse_rates", settings, no_corpus, {"version": 1}) as session:
        return session.study


def test_a_study_is_another_with_another_version_of_a_plug_in_in_use(install, stores):
    groups, files = {"backends": {"constant": "mine.guess"}}, {"mine/guess.py": BACKEND}
    ours = study(StudySettings())
    theirs = StudySettings.model_construct(**{**StudySettings().values(), "backend": "constant"})
    install(groups, files)
    assert study(StudySettings()) == ours  # installed, and not in use
    first = study(theirs)
    assert first != ours
    assert study(theirs) == first
    install(groups, files, version="1.1")
    assert study(theirs) not in (ours, first)


def test_a_data_set_is_read_again_with_another_version(install):
    text = (
        "from mc.settings import Settings as Parameters\n"
        "def fingerprint():\n    return 'always'\n"
        "def load():\n    pass\n"
    )
    groups, files = {"datasets": {"toys": "mine.toys"}}, {"mine/toys.py": text}
    install(groups, files)
    first = datasets.find("toys", "").fingerprint
    assert first.startswith("always")
    install(groups, files, version="1.1")
    assert datasets.find("toys", "").fingerprint != first


def test_a_helper_needs_the_same_version(install, tmp_path):
    shared = {"backend": "constant"}
    install({"backends": {"constant": "mine.guess"}}, {"mine/guess.py": BACKEND})
    versions = plugins.versions(shared)
    code = remote_workers.code_digest()
    notice = common.Notice("collapse_rates", shared, "run", "", code, versions)
    remote_workers.check_code(notice)
    old = replace(notice, plugins=dict.fromkeys(versions, "my-package 0.9"))
    with pytest.raises(StudyError, match=r"plug-ins of my-package 0\.9, .* there are my-package 1"):
        remote_workers.check_code(old)
    (tmp_path / "my_package.dist-info" / "entry_points.txt").unlink()
    plugins.forget()
    with pytest.raises(StudyError, match=r"my-package 1\.0, and here there are none"):
        remote_workers.check_code(notice)


def test_an_experiment_is_listed_by_its_docstring_without_importing_it(install):
    files = {"mine/__init__.py": "raise RuntimeError", "mine/half.py": EXPERIMENT}
    install({"experiments": {"half": "mine.half", "gone": "mine.gone"}}, files)
    assert plugins.summary("experiments", "half") == "Half rate: a test."
    assert plugins.summary("experiments", "gone").startswith("cannot be read: ModuleNotFoundError")
    assert plugins.summary("experiments", "tolerance").startswith("Tolerance: how much ")
    assert "half" not in project.stages()
    with pytest.raises(ParameterError, match="experiment='half' is a plug-in of my-package"):
        project.stage("half")


def test_an_experiment_that_is_a_folder_has_its_command_and_page(install):
    files = {
        "mine/__init__.py": "",
        "mine/deep/__init__.py": "",
        "mine/deep/__main__.py": '"""Deep: a test."""\nrun = print\n',
        "mine/deep/page.py": "def page(result):\n    return result.stage\n",
    }
    install({"experiments": {"deep": "mine.deep"}}, files)
    assert project.stage("deep").run is print
    assert plugins.summary("experiments", "deep") == "Deep: a test."
    assert outline.build(type("Result", (), {"stage": "deep", "facts": {}})()) == "deep"
