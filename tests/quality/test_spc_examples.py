"""Limits against values that other programs computed for the same data; each test prints how many are equal and differ."""

import csv
from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest

from quality.control_chart_kinds import cases_between, days_between, rate_bands, share_bands
from quality.control_charts import natural_limits

SPC = Path(__file__).resolve().parents[3] / "shared/data/spc"
pytestmark = pytest.mark.skipif(not SPC.exists(), reason="the examples (../shared/data/spc) are not on this machine")


def rows_of(name: str) -> list[dict[str, str]]:
    with (SPC / name).open() as file:
        return list(csv.DictReader(file))


def compared(pairs, tolerance) -> tuple[int, list]:
    """How many (ours, theirs) are equal, and those that differ; printed for whoever reads the run."""
    differing = [pair for pair in pairs if abs(pair[0] - pair[1]) > tolerance]
    print(f"equal {len(pairs) - len(differing)}, differing {len(differing)}")
    return len(pairs) - len(differing), differing


def hospital(key):
    """Infections and days by month of each group."""
    months = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for row in rows_of("qicharts2_hospital_infections.csv"):
        found = months[key(row)][row["month"]]
        found[0] += float(row["n"])
        found[1] += float(row["days"])
    return months


@pytest.mark.parametrize(
    ("expected", "key"),
    [
        ("hai_1", lambda row: ("1.0", "1.0")),
        ("hai_2", lambda row: (row["infection"], "1.0")),
        ("hai_3", lambda row: (row["infection"], row["hospital"])),
    ],
)
def test_u_limits_of_infections_equal_qicharts2(expected, key):
    """With unequal months its summary tells the mean of the limits of all points, and so do we here."""
    groups, pairs = hospital(key), []
    for row in rows_of(f"qicharts2_expected/{expected}.csv"):
        months = groups[row["facet1"], row["facet2"]] or groups[row["facet2"], row["facet1"]]
        found = [months[month] for month in sorted(months)]
        bands = rate_bands([one[0] for one in found], [one[1] for one in found])
        pairs += [
            (fmean(band.cut(0, None).lower for band in bands), float(row["aLCL"])), (bands[0].mean, float(row["CL"])),
            (fmean(band.upper for band in bands), float(row["aUCL"])),
        ]  # fmt: skip

    equal, differing = compared(pairs, 1e-9)

    assert differing == []
    assert equal == 3 * len(rows_of(f"qicharts2_expected/{expected}.csv"))


@pytest.mark.parametrize(("name", "bands", "ceiling"), [("p", share_bands, 1), ("u", rate_bands, None)])
def test_limits_of_shares_and_rates_equal_pyqicharts(name, bands, ceiling):
    given, told = rows_of(f"pyqicharts/validation_data/inputs/{name}.csv"), rows_of(f"pyqicharts/validation_data/expected_outputs/{name}_expected.csv")  # fmt: skip
    found = bands([float(row["events"]) for row in given], [float(row["denominator"]) for row in given])
    pairs = [
        pair
        for band, row in zip(found, told, strict=True)
        for pair in (
            (band.mean, float(row["centre"])),
            (band.cut(0, ceiling).lower, float(row["lcl"])),
            (band.cut(0, ceiling).upper, float(row["ucl"])),
        )
    ]

    equal, differing = compared(pairs, 1e-6)

    assert (equal, differing) == (len(pairs), [])


def test_limits_of_single_values_equal_pyqicharts_up_to_the_rounded_factor():
    """It divides by 1.128 and we multiply by 2.66, as the method's authors do: 3 ÷ 1.128 is 2.6596. Without screening."""
    values = [float(row["value"]) for row in rows_of("pyqicharts/validation_data/inputs/i.csv")]
    row = rows_of("pyqicharts/validation_data/expected_outputs/i_expected.csv")[0]
    limits = natural_limits(values, screen=False)
    pairs = [(limits.mean, float(row["centre"])), (limits.lower, float(row["lcl"])), (limits.upper, float(row["ucl"]))]

    equal, differing = compared(pairs, 1e-6)
    exact = limits.mean_move * 3 / 1.128

    assert equal == 1
    assert len(differing) == 2
    assert limits.mean + exact == pytest.approx(float(row["ucl"]), abs=1e-5)
    assert limits.mean - exact == pytest.approx(float(row["lcl"]), abs=1e-5)


def test_cases_between_have_three_sigma_limits_where_pyqicharts_has_percentiles():
    """Its limits are percentiles of the geometric distribution (0.135 % and 99.865 %), ours mean ± 3 √(mean (mean + 1)), as
    Provost and Murray and qicharts2 have them: centres agree, the upper limits differ by the choice of method."""
    values = [float(row["cases_between_events"]) for row in rows_of("pyqicharts/validation_data/inputs/g.csv")]
    row = rows_of("pyqicharts/validation_data/expected_outputs/g_expected.csv")[0]
    band = cases_between(values).cut(0, None)

    equal, differing = compared([(band.mean, float(row["centre"])), (band.lower, float(row["lcl"])), (band.upper, float(row["ucl"]))], 1e-6)  # fmt: skip

    assert equal == 2
    assert differing == [(band.upper, float(row["ucl"]))]
    assert band.upper < float(row["ucl"])


def test_days_between_are_made_normal_where_pyqicharts_takes_the_exponential():
    """Its centre is the mean of the days and its limits percentiles of the exponential distribution; ours are Nelson's: the
    power 1/3.6, single-value limits, and back. All three differ, and ours lie nearer to even data."""
    days = [float(row["days_between_events"]) for row in rows_of("pyqicharts/validation_data/inputs/t.csv")]
    row = rows_of("pyqicharts/validation_data/expected_outputs/t_expected.csv")[0]
    band = days_between(days)

    _equal, differing = compared([(band.mean, float(row["centre"])), (band.lower, float(row["lcl"])), (band.upper, float(row["ucl"]))], 1e-6)  # fmt: skip

    assert len(differing) == 3
    assert float(row["lcl"]) < band.lower < min(days)
    assert max(days) < band.upper < float(row["ucl"])
    assert band.mean == pytest.approx(fmean(days), rel=0.02)


def test_the_first_example_of_plot_the_dots():
    """Twenty standard normal draws whose first ones the snapshot prints; the limits it prints come from all twenty, and are
    compared through the formula with its own mean and upper limit."""
    text = (SPC / "plotthedots_snaps/ptd_spc_standard.md").read_text()
    means = [float(line.split("<dbl>")[1].split(",")[0]) for line in text.splitlines() if "$ mean_col" in line]
    lower = [float(line.split("<dbl>")[1].split(",")[0]) for line in text.splitlines() if "$ lpl" in line]
    upper = [float(line.split("<dbl>")[1].split(",")[0]) for line in text.splitlines() if "$ upl" in line]

    # Limits lie evenly around the mean: what is printed has seven digits.
    equal, differing = compared(
        [(up - mean, mean - low) for mean, low, up in zip(means, lower, upper, strict=True)], 2e-6
    )

    assert (equal, differing) == (len(means), [])
