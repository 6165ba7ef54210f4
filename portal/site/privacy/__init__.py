"""What is held about people: one declared register, and what is made of it."""
