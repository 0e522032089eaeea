"""What a job is and how its state follows from facts and the clock; standard library only."""
