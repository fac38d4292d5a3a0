"""Faults put into a valid package one at a time, each of which the validator must find and place.

``packages`` holds a package in memory and cuts small ones, ``mutants`` says what a mutant is, ``checking`` validates mutants without
reading again what did not change. The kinds of faults are tables of data, by what they are driven from: ``cells`` from the columns'
metadata, ``keys`` from keys and references, ``file_bytes`` from the file format, ``rows`` from the row rules of the models, ``across`` from the
rules across tables, ``descriptors`` from the descriptor and the folder, ``zips`` from the zip in which a package travels, ``plausible`` from slips that no rule need find.

``python -m tests.faults`` is the long run.
"""
