"""Who is there: signing up and in, second factors, and what stands against guessing."""
