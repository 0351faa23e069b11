"""What helps against collapse, how much, and at what price in human labels."""
