"""The file formats of arrays, IDX and npz, whatever set they hold: what headers say, and the numbers after them.

`forms` reads with it the files of sets that are known, `own_sets` those of any other set. What is wrong with a file is
a `FormatError`, of which each of the two makes a sentence.
"""
