"""The CR2 variance and its degrees of freedom, against their definition and known special cases."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from valbench_core.analysis.clustered_mean import clustered_mean, weighted_mean

VALUES = np.array([0.0, 25.0, 100.0, 50.0, 75.0, 75.0, 0.0])
CLUSTERS = np.array([0, 0, 0, 1, 2, 2, 3])
WEIGHTS = np.array([1.0, 0.5, 2.0, 1.0, 3.0, 0.25, 1.5])


def inverse_root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**-0.5) @ vectors.T


def by_definition(
    values: NDArray[np.float64], clusters: NDArray[np.intp], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Return CR2 standard error and Satterthwaite degrees of freedom, with full matrices."""
    x = np.sqrt(weights)[:, None]
    bread = 1 / float((x.T @ x)[0, 0])
    annihilator = np.eye(len(x)) - bread * x @ x.T
    residuals = annihilator @ (np.sqrt(weights) * values)
    sums, columns = [], []
    for cluster in np.unique(clusters):
        rows = clusters == cluster
        adjusted = inverse_root(annihilator[np.ix_(rows, rows)]) @ x[rows, 0] * bread
        sums.append(adjusted @ residuals[rows])
        columns.append(annihilator[:, rows] @ adjusted)
    products = np.array(columns) @ np.array(columns).T
    return float(np.sqrt(np.sum(np.square(sums)))), float(np.trace(products) ** 2 / np.sum(products**2))


@pytest.mark.parametrize("weights", [np.ones(7), WEIGHTS])
def test_the_closed_forms_equal_the_definition_with_full_matrices(weights: NDArray[np.float64]) -> None:
    fit = clustered_mean(VALUES, CLUSTERS, weights)
    error, freedom = by_definition(VALUES, CLUSTERS, weights)
    assert fit.standard_error == pytest.approx(error, rel=1e-12)
    assert fit.degrees_of_freedom == pytest.approx(freedom, rel=1e-12)


@pytest.mark.parametrize("weights", [np.ones(7), WEIGHTS])
def test_with_one_pair_an_article_cr2_is_hc2(weights: NDArray[np.float64]) -> None:
    fit = clustered_mean(VALUES, np.arange(7), weights)
    reference = sm.WLS(VALUES, np.ones(7), weights=weights).fit(cov_type="HC2")
    assert fit.mean == pytest.approx(reference.params[0], rel=1e-12)
    assert fit.standard_error == pytest.approx(reference.bse[0], rel=1e-12)


def test_equal_single_pairs_have_the_textbook_standard_error_and_degrees_of_freedom() -> None:
    fit = clustered_mean(VALUES, np.arange(7), np.ones(7))
    assert fit.standard_error == pytest.approx(VALUES.std(ddof=1) / np.sqrt(7), rel=1e-12)
    assert fit.degrees_of_freedom == pytest.approx(6, rel=1e-12)


def test_equal_clusters_have_one_degree_of_freedom_less_than_there_are_clusters() -> None:
    fit = clustered_mean(np.arange(12.0), np.repeat(np.arange(4), 3), np.ones(12))
    assert fit.degrees_of_freedom == pytest.approx(3, rel=1e-12)
    assert fit.effective_n == pytest.approx(4, rel=1e-12)


def test_unequal_clusters_have_fewer_degrees_of_freedom() -> None:
    assert 1 <= clustered_mean(VALUES, CLUSTERS, np.ones(7)).degrees_of_freedom < 3


def test_the_scale_of_the_weights_does_not_matter() -> None:
    one, other = (clustered_mean(VALUES, CLUSTERS, factor * WEIGHTS) for factor in (1, 1000))
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-12)
    assert one.degrees_of_freedom == pytest.approx(other.degrees_of_freedom, rel=1e-12)


def test_one_cluster_has_no_variance() -> None:
    with pytest.raises(ValueError, match="at least two"):
        clustered_mean(VALUES, np.zeros(7, dtype=np.intp), np.ones(7))


def test_rounding_never_puts_a_mean_outside_its_values() -> None:
    weights = np.random.default_rng(1).random(1000)
    assert weighted_mean(np.full(1000, 100.0), weights) == 100.0
