"""Many repositories under one budget: what to spend next on which, and what came of it."""
