"""What changed since the period before: who moved, what it cost, who needs attention."""

from segbook.movement.bridge import Bridge, revenue_bridge
from segbook.movement.migration import Flow, Migration, flow, migrate
from segbook.movement.window import Comparison, compare

__all__ = ["Bridge", "Comparison", "Flow", "Migration", "compare", "flow", "migrate", "revenue_bridge"]
