"""What changed since the period before: who moved, what it cost, who needs attention."""

from segbook.movement.bridge import Bridge, revenue_bridge
from segbook.movement.change import Changes, behaviour_changes
from segbook.movement.lifetime import Lifetime, lifetime
from segbook.movement.migration import Flow, Migration, flow, migrate, migrate_all
from segbook.movement.replenishment import Replenishment, replenishment
from segbook.movement.retention import Churn, Cohorts, churn, cohorts
from segbook.movement.tasks import Tasks, make_tasks
from segbook.movement.window import Comparison, compare
from segbook.movement.worth import Worth, value_outlook

__all__ = [
    "Bridge", "Changes", "Churn", "Cohorts", "Comparison", "Flow", "Lifetime", "Migration", "Replenishment",
    "Tasks", "Worth", "behaviour_changes", "churn", "cohorts", "compare", "flow", "lifetime", "make_tasks",
    "migrate", "migrate_all", "replenishment", "revenue_bridge", "value_outlook",
]  # fmt: skip
