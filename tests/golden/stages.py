"""The commands whose results are kept: each stage small, on the embedded corpus."""

CORPUS = {"data_params": "rows=3000", "jobs": "1"}
GROWTH = CORPUS | {
    "rates": "0,0.5,1",
    "repetitions": "2",
    "initial_size": "300",
    "increment": "100",
    "final_size": "700",
    "test_size": "500",
    "log_models": "none",
}
FOREST = {"backend": "random_forest", "backend_params": "n_estimators=10"}
MITIGATION = {name: text for name, text in GROWTH.items() if name not in ("rates", "log_models")}
COMMANDS: dict[str, tuple[str, dict[str, str]]] = {
    "collapse_rates": ("collapse_rates", GROWTH),
    "lightgbm": ("collapse_rates", GROWTH | {"backend": "lightgbm"}),
    "forest": ("collapse_rates", GROWTH | FOREST),
    "replace": ("collapse_rates", GROWTH | {"regime": "replace"}),
    "subsample": ("collapse_rates", GROWTH | {"regime": "subsample", "labelling": "sample"}),
    "prior": ("collapse_rates", GROWTH | {"labelling": "prior"}),
    "low_rates": ("low_rates", GROWTH | {"rates": "0,0.1,0.3"}),
    "fine_rates": ("fine_rates", GROWTH | {"rates": "0,0.05,0.1", "seed": "7"}),
    "training_size": (
        "training_size",
        CORPUS | {"repetitions": "2", "test_size": "500", "log_models": "none"},
    ),
    "total_collapse": (
        "total_collapse",
        CORPUS | {"repetitions": "2", "test_size": "500", "log_models": "none"},
    ),
    "compare_backends": (
        "compare_backends",
        {
            **GROWTH,
            "rates": "0,1",
            "backends": "logistic,lightgbm",
            "regimes": "accumulate,replace",
        },
    ),
    "rare_classes": (
        "rare_classes",
        {
            "data": "digits",
            "data_params": "",
            "imbalance": "20",
            "rates": "0,1",
            "strategies": "active,prior",
            "repetitions": "2",
            "initial_size": "100",
            "increment": "50",
            "final_size": "300",
            "test_size": "150",
            "log_models": "none",
            "jobs": "1",
        },
    ),
    "model_search": (
        "model_search",
        CORPUS
        | {"trials": "10", "folds": "2", "refits": "2", "train_size": "400", "test_size": "500"},
    ),
    "evolution": (
        "evolution",
        CORPUS
        | {
            "population": "4",
            "survivors": "2",
            "children": "2",
            "max_generations": "2",
            "refits": "2",
            "rate": "0.5",
            "train_size": "400",
            "validation_size": "400",
            "test_size": "500",
        },
    ),
    "mitigation": (
        "mitigation",
        MITIGATION | {"trials": "8", "repetitions": "3", "regime": "replace"},
    ),
    "mitigation_forest": (
        "mitigation",
        MITIGATION | FOREST | {"trials": "0", "strategies": "none,soft_labels,verifier,ensemble"},
    ),
    "tolerance": (
        "tolerance",
        CORPUS
        | {
            "sizes": "400,800",
            "backends": "logistic,lightgbm:fast",
            "margin": "0.05",
            "budget": "40",
            "first_repetitions": "3",
            "grid": "3",
            "test_size": "1000",
        },
    ),
    "monitor": (
        "monitor",
        CORPUS
        | {
            "rates": "0,1",
            "initial_size": "200",
            "increment": "100",
            "final_size": "400",
            "window": "50",
            "calibration": "30",
            "repetitions": "3",
            "test_size": "500",
        },
    ),
    "audit": (
        "audit",
        {
            "data_params": "rows=6000",
            "jobs": "1",
            "sample_size": "1000",
            "detect": "0.5",
            "power": "0.1",
            "shares": "0.5",
            "repetitions": "2",
            "permutations": "199",
            "labeller_rows": "100",
            "writer_rows": "200",
        },
    ),
    "text_collapse": (
        "text_collapse",
        CORPUS | {"reviews": "200", "generations": "3", "test_size": "500", "repetitions": "2"},
    ),
    "recommender": (
        "recommender",
        {
            "jobs": "1",
            "users": "60",
            "items": "50",
            "generations": "3",
            "rounds": "4",
            "repetitions": "2",
        },
    ),
    "distributions": (
        "distributions",
        {"jobs": "1", "generations": "5", "chains": "20", "repetitions": "2"},
    ),
    "validate": ("validate", {"jobs": "1", "chains": "2000"}),
}
