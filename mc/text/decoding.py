"""How a generator chooses each word from its probabilities: the rules that papers use."""

from dataclasses import dataclass
from typing import Literal, get_args

from mc.errors import ParameterError

Method = Literal["sample", "greedy", "top_k", "nucleus", "beam"]
METHODS: tuple[str, ...] = get_args(Method)
MANY = 1_000  # words to choose from, and beams, at most
SYNTAX = "sample, greedy, top_k:50, nucleus:0.9 or beam:5"


@dataclass(frozen=True)
class Decoding:
    """A rule.

    Parameters
    ----------
    method : str
        ``sample``: by the probabilities. ``greedy``: the likeliest. ``top_k``: among the k
        likeliest (Fan et al. 2018). ``nucleus``: among the likeliest whose probabilities sum to at
        least p (Holtzman et al. 2020). ``beam``: the text of the highest mean log probability
        among those that a beam search finds.
    value : float
        k, p or the number of beams; 0 where the method has none.
    temperature : float
        Takes all probabilities to the power 1 / temperature, before the method chooses: below 1
        likely words become likelier. It does not matter to greedy and beam.
    repetition_penalty : float
        Takes the probability of each word that the text has already to this power; 1: none. The
        form of Keskar et al. (2019, CTRL, section 4.1) on log probabilities.
    """

    method: Method = "sample"
    value: float = 0.0
    temperature: float = 1.0
    repetition_penalty: float = 1.0

    @property
    def many(self) -> int:
        """Words to choose from, or beams; 0: all."""
        return {"greedy": 1, "top_k": int(self.value), "beam": int(self.value)}.get(self.method, 0)

    @property
    def mass(self) -> float:
        """Probability of the words to choose from, at least."""
        return self.value if self.method == "nucleus" else 1.0


def parse(text: str, temperature: float = 1.0, repetition_penalty: float = 1.0) -> Decoding:
    """Read a rule as users write it.

    Raises
    ------
    ParameterError
        When it is no rule, or its number is out of range.

    Examples
    --------
    >>> parse("nucleus:0.9", temperature=0.7)
    Decoding(method='nucleus', value=0.9, temperature=0.7, repetition_penalty=1.0)
    """
    method, colon, number = text.strip().partition(":")
    if method not in METHODS or bool(colon) != (method in ("top_k", "nucleus", "beam")):
        raise ParameterError(f"decoding={text!r} is not understood; use {SYNTAX}")
    if not colon:
        return Decoding(method, 0.0, temperature, repetition_penalty)  # type: ignore[arg-type]
    try:
        value = float(number)
    except ValueError:
        raise ParameterError(
            f"decoding={text!r} needs a number after the colon; use {SYNTAX}"
        ) from None
    if method == "nucleus" and not 0 < value <= 1:
        raise ParameterError(f"decoding={text!r}: {number} must lie in (0, 1]")
    if method != "nucleus" and not (value == int(value) and 1 <= value <= MANY):
        raise ParameterError(f"decoding={text!r}: {number} must be a whole number in [1, {MANY}]")
    return Decoding(method, value, temperature, repetition_penalty)  # type: ignore[arg-type]
