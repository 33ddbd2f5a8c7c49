"""Metrics of small cases by scipy and scikit-learn, for MetricGoldenTest.

    pip install -r requirements.txt && python make_golden.py

A metric that the library does not define for a case (it warns, raises, or is NaN) is null.
"""
import json
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics

rng = np.random.default_rng(20261121)
warnings.simplefilter("error")


def value(compute):
    try:
        result = float(compute())
    except (ValueError, Warning):
        return None
    return result if np.isfinite(result) else None


def plain(numbers):
    """NaN is no JSON: null stands for it."""
    return [None if np.isnan(x) else x for x in numbers.tolist()]


def regression(name, labels, predictions):
    y, p = np.asarray(labels, float), np.asarray(predictions, float)
    return {
        "name": name,
        "labels": plain(y),
        "predictions": plain(p),
        "metrics": {
            "spearman": value(lambda: stats.spearmanr(y, p).statistic),
            "pearson": value(lambda: stats.pearsonr(y, p).statistic),
            # scikit-learn gives constant labels 0 or 1 by convention: not defined here.
            "r2": None if len(set(y)) < 2 else value(lambda: metrics.r2_score(y, p)),
            "mse": value(lambda: metrics.mean_squared_error(y, p)),
        },
    }


def classification(name, labels, probabilities):
    y, p = np.asarray(labels), np.asarray(probabilities, float)
    best = p.argmax(axis=1)
    if len(set(y)) < p.shape[1]:
        auc = None
    elif p.shape[1] == 2:
        auc = value(lambda: metrics.roc_auc_score(y, p[:, 1]))
    else:
        auc = value(lambda: metrics.roc_auc_score(y, p, multi_class="ovr", average="macro"))
    return {
        "name": name,
        "labels": y.tolist(),
        "predictions": p.ravel().tolist(),
        "confusion": metrics.confusion_matrix(y, best, labels=range(p.shape[1])).tolist(),
        "metrics": {
            "accuracy": value(lambda: metrics.accuracy_score(y, best)),
            "macro-f1": value(lambda: metrics.f1_score(y, best, average="macro", zero_division=0)),
            "auc": auc,
        },
    }


def probabilities(rows, classes, digits=6):
    # Rounded so that ties occur; a share of the last class keeps each sum at 1.
    p = np.round(rng.dirichlet(np.ones(classes), rows), digits)
    p[:, -1] = 1 - p[:, :-1].sum(axis=1)
    return p


y = rng.normal(size=60)
cases = {
    "regression": [
        regression("plain", y, y + rng.normal(size=60)),
        regression("ties in both", np.round(y), np.round(y + rng.normal(size=60))),
        regression("minus zero ties with zero", [0.0, -0.0, 1, 2], [1, 1.5, -0.0, 0.0]),
        regression("far from zero", 1e6 + y, 1e6 - 2 * y),
        regression("tiny", 1e-9 * y, 1e-9 * rng.normal(size=60)),
        regression("opposite", [1, 2, 3], [3, 2, 1]),
        regression("constant predictions", y, np.full(60, 0.1)),
        regression("constant labels", np.full(60, 0.1), y),
        regression("one row", [1.5], [2.0]),
        regression("two rows", [1.5, 2.5], [2.0, 2.25]),
        regression("a label is NaN", [1, 2, np.nan, 4], [1, 3, 2, 5]),
        regression("a prediction is NaN", [1, 2, 3, 4], [1, 3, 2, np.nan]),
        regression("ties and constant but one", [1, 1, 2, 2, 3], [5, 5, 5, 5, 6]),
    ],
    "classification": [
        classification("two classes", rng.integers(0, 2, 50), probabilities(50, 2)),
        classification("two classes with ties", rng.integers(0, 2, 50), probabilities(50, 2, 1)),
        classification("three classes", rng.integers(0, 3, 70), probabilities(70, 3)),
        classification("five classes with ties", rng.integers(0, 5, 90), probabilities(90, 5, 1)),
        classification("a class without rows", rng.integers(0, 2, 40), probabilities(40, 3)),
        classification("constant probabilities", rng.integers(0, 2, 40), np.full((40, 2), 0.5)),
        classification("one class only", np.zeros(10, int), probabilities(10, 2)),
        classification("one row", [1], [[0.25, 0.75]]),
        classification("one row of three classes", [2], [[0.25, 0.5, 0.25]]),
    ],
}
with open("golden.json", "w") as file:
    json.dump(cases, file, indent=1)
    file.write("\n")
