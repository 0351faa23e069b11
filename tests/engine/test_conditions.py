"""What of a study's settings its identity takes from elsewhere: the code of imported backends."""

from experiments import collapse_rates
from experiments.compare_backends import settings as of_backends
from experiments.tolerance import settings as of_tolerance
from mc.engine.conditions import backends_of, code_of
from mc.lineage import backends

BAYES = "sklearn.naive_bayes:MultinomialNB"


def test_the_code_of_every_imported_backend_is_known_by_its_version():
    settings = of_backends.Settings.read({"backends": f"logistic,{BAYES}"})
    assert code_of(backends_of(settings)) == {f"code of {BAYES}": backends.identity(BAYES)}
    assert code_of(backends_of(collapse_rates.Settings())) == {}


def test_a_preset_after_a_colon_is_no_import_path():
    assert backends_of(of_tolerance.Settings.read({"backends": "lightgbm:fast"})) == []
