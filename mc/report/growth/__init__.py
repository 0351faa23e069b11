"""The page of experiments whose training sets grow by increments."""
