"""All that knows Connexion: compiled once at start-up, plugged in where it offers a place."""

import warnings

# It imports names that jsonschema has deprecated, and Starlette's test client, which asks everybody
# for a package that only tests need: nothing that a user of this package could mend.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import connexion  # noqa: F401
