"""The model catalogue: sizes, lengths, prices and availability of models, as data."""
