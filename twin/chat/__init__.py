import twin.model  # noqa: F401  settles what the heavy libraries find, so it comes before the first of them
