"""A recommender retrained on the clicks that its own lists caused."""
