"""How notices are worded: the words that ship, and what words must keep to. No model, no query."""
