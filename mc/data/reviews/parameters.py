"""What a user can say about files of reviews."""

from typing import Annotated

from pydantic import Field

from mc.data.reviews.ratings import FIND, SCALES
from mc.settings import OneOf, Settings

Balance = Annotated[
    bool,
    Field(
        description="whether to leave out rows of the larger class until both are alike; not with "
        "a target"
    ),
]


class Parameters(Settings):
    """How to read files of reviews."""

    text_column: str = Field("", description="column of the text; empty: found by its usual names")
    title_column: str = Field(
        "", description="column of the title; empty: found by its usual names; -: none"
    )
    stars_column: str = Field(
        "", description="column of 1-5 stars; empty: found by its usual names; -: none"
    )
    label_column: str = Field(
        "", description="column of labels; empty: found by its usual names; -: none"
    )
    group_column: str = Field(
        "", description="column of product slices; empty: found by usual names; -: none"
    )
    label_scale: Annotated[str, OneOf((FIND, *SCALES))] = Field(
        FIND,
        description="what label numbers mean: negative/positive, or stars; find: by the numbers",
    )
    balance: Balance = True
    target: str = Field(
        "",
        description="column of 2 to 1,000 classes, words or numbers, used as they are; empty: "
        "positive and negative reviews, by stars or label",
    )
    features: Annotated[str, OneOf((FIND, "text", "table"))] = Field(
        FIND,
        description="with a target, what is learned from: text, or all other columns as a table; "
        "find: text if there is a column for it",
    )
