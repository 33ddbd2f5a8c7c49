"""Metrics of small cases by scipy and scikit-learn, for MetricGoldenTest.

    pip install -r requirements.txt && python make_golden.py

A metric that the library does not define for a case (it warns, raises, or is NaN) is null. Two cases have bootstrap
intervals as well: of 20,000 resamples, which takes a minute or two.
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


def auc(y, p):
    if len(set(y)) < p.shape[1]:
        return np.nan
    if p.shape[1] == 2:
        return metrics.roc_auc_score(y, p[:, 1])
    return metrics.roc_auc_score(y, p, multi_class="ovr", average="macro")


REGRESSION = {
    "spearman": lambda y, p: stats.spearmanr(y, p).statistic,
    "pearson": lambda y, p: stats.pearsonr(y, p).statistic,
    # scikit-learn gives constant labels 0 or 1 by convention: not defined here.
    "r2": lambda y, p: metrics.r2_score(y, p) if len(set(y)) > 1 else np.nan,
    "mse": metrics.mean_squared_error,
}
CLASSIFICATION = {
    "accuracy": lambda y, p: metrics.accuracy_score(y, p.argmax(axis=1)),
    "macro-f1": lambda y, p: metrics.f1_score(y, p.argmax(axis=1), average="macro", zero_division=0),
    "auc": auc,
}


def intervals_of(compute, y, p):
    """The percentile intervals of 95 % and, so that a test can tell one from the other, of 90 %."""
    def of_rows(rows):
        return compute(y[rows], p[rows])

    given = {"data": (np.arange(len(y)),), "statistic": of_rows, "method": "percentile", "vectorized": False}
    of_95 = stats.bootstrap(**given, confidence_level=0.95, n_resamples=20_000, rng=np.random.default_rng(1))
    of_90 = stats.bootstrap(**given, confidence_level=0.90, n_resamples=0, bootstrap_result=of_95)
    return {"95": list(of_95.confidence_interval), "90": list(of_90.confidence_interval)}


def case(name, y, p, measures, intervals):
    found = {"name": name, "labels": plain(y), "predictions": plain(p.ravel())}
    if measures is CLASSIFICATION:
        found["confusion"] = metrics.confusion_matrix(y, p.argmax(axis=1), labels=range(p.shape[1])).tolist()
    found["metrics"] = {metric: value(lambda: compute(y, p)) for metric, compute in measures.items()}
    if intervals:
        found["intervals"] = {metric: intervals_of(compute, y, p) for metric, compute in measures.items()}
    return found


def regression(name, labels, predictions, intervals=False):
    return case(name, np.asarray(labels, float), np.asarray(predictions, float), REGRESSION, intervals)


def classification(name, labels, probabilities, intervals=False):
    return case(name, np.asarray(labels), np.asarray(probabilities, float), CLASSIFICATION, intervals)


def probabilities(rows, classes, digits=6):
    # Rounded so that ties occur; a share of the last class keeps each sum at 1.
    p = np.round(rng.dirichlet(np.ones(classes), rows), digits)
    p[:, -1] = 1 - p[:, :-1].sum(axis=1)
    return p


y = rng.normal(size=60)
cases = {
    "regression": [
        regression("plain", y, y + rng.normal(size=60), intervals=True),
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
        classification("two classes", rng.integers(0, 2, 50), probabilities(50, 2), intervals=True),
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
