"""A person's own pages: who they are here, what is held about them, and what they may ask for."""
