"""Customer-segmentation reports from Jupyter notebooks.

What a notebook needs, by one import; each name is explained where it lives. A name is imported when it
is first asked for, so that the command line starts at once.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "segbook.data.client": ("ClientData", "load_data"),
    "segbook.data.quality": ("assess",),
    "segbook.errors": ("ParamsError", "RunError", "SegbookError", "SourceError"),
    "segbook.models": ("MODELS", "compute", "configure"),
    "segbook.models.chapters": ("chapters",),
    "segbook.movement": (
        "behaviour_changes",
        "churn",
        "cohorts",
        "compare",
        "flow",
        "lifetime",
        "make_tasks",
        "migrate_all",
        "replenishment",
        "revenue_bridge",
        "value_outlook",
    ),
    "segbook.params": ("Params", "load_params"),
    "segbook.periods": ("Period",),
    "segbook.report": ("Report", "open_report"),
    "segbook.results": ("NotComputed", "SegmentResult", "TestResult", "TrendResult"),
    "segbook.stats.agreement": ("agreement",),
    "segbook.stats.association": ("association",),
    "segbook.stats.abtest.book": ("ab_tests",),
    "segbook.stats.abtest.log": ("remember",),
    "segbook.stats.abtest.plans": ("plan_next",),
    "segbook.stats.cards": ("cards",),
    "segbook.stats.concentration": ("concentration",),
    "segbook.stats.coverage": ("coverage",),
    "segbook.stats.csi.review": ("csi_review",),
    "segbook.stats.economics": ("economics",),
    "segbook.stats.honesty": ("honesty",),
    "segbook.stats.monday": ("monday",),
    "segbook.stats.overview": ("overview",),
    "segbook.stats.verdict": ("verdicts",),
    "segbook.words.findings.csi_steps": ("what_to_do",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605 - computed from the one table above


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'segbook' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
