"""The parts of the page: what each reads from the control API, and how that becomes HTML.

``load`` reads, ``view`` is a pure function from what was read to the values of the template.
"""
