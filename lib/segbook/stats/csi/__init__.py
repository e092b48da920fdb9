"""The quarterly CSI review: answers that attract over answers that detract, and what may be concluded."""
