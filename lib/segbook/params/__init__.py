"""What a client's YAML says: who, when, what; checked in one place, all problems at once."""

from segbook.params.client import REPORTS, Format, Lang, Params, Source, load_params
from segbook.params.costs import Costs
from segbook.params.experiment import Experiment, Metric
from segbook.params.playbook import Spoken
from segbook.params.scale import Surveys

__all__ = [
    "REPORTS",
    "Costs",
    "Experiment",
    "Format",
    "Lang",
    "Metric",
    "Params",
    "Source",
    "Spoken",
    "Surveys",
    "load_params",
]
