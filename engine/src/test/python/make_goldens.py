"""Writes the golden cases of the public functions: python3 make_goldens.py (NumPy 2.4, mpmath 1.3).

They go to ../resources/golden/goldens.zip: cases.txt, in the form that goldens/table.py describes, and one .npy for each dtype with the
elements of all arrays. The same script makes the same bytes.
"""

import pathlib
import sys
import warnings

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from goldens import elementwise, linear, mathematics, ordering, products, reductions, shaping
from goldens.table import Table

FAMILIES = [elementwise, mathematics, reductions, shaping, ordering, products, linear]


def main():
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    table = Table()
    for family in FAMILIES:
        before = len(table.lines)
        family.make(table, np.random.default_rng([2026, *family.__name__.encode()]))
        print(f"{family.__name__}: {len(table.lines) - before} cases")
    path = pathlib.Path(__file__).parent.parent / "resources" / "golden" / "goldens.zip"
    path.parent.mkdir(exist_ok=True)
    count = table.write(path)
    print(f"{count} cases, {path.stat().st_size} bytes")


main()
