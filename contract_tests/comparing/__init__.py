"""Compares what two gateways do: recordings, the fake, live targets.

Requests that mean the same are put side by side, and of their responses what does not depend on
when and for whom they were made: status, headers, the shape of a body and its words, facts of
media. The polls of jobs are compared as the changes of status that they show.
"""
