"""The Learning Centre: courses on responsible use, trainings, certificates. Opens in a later version."""
