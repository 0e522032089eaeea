"""The integration with Connexion, which no other package imports."""

import warnings

# Connexion imports deprecated names of jsonschema, and Starlette's test client, which warns about a
# package that only tests need. A user of this package could do nothing about either.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import connexion  # noqa: F401
