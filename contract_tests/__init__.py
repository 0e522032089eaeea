"""Holds a target, fake or live, to the contract; knows the fake only through its targets."""
