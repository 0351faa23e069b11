"""Golden results: what every stage gives, small, so that a change of form changes no number."""
