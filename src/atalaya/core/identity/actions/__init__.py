"""What can be done about signing in: one file for each idea."""
