"""The randomised kill test: everything that sends is ended at random while a crowd is told.

What was told is read from a book that the providers keep, and compared with the database.
"""
