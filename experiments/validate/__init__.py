"""Laws with known answers, held against simulations."""
