"""The workbench: one live page on which people see jobs, requests, time and faults, and set them.

It acts through the control API and nothing else. Each part of the page is a pure function from what
the control API answers to HTML.
"""
