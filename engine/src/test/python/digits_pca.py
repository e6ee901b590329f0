"""Writes ../resources/linalg/digits_pca.npy: the principal components of the digits by NumPy. Row 0 holds the 64 singular values of the
centered images, rows 1 to 10 the first ten components."""

import pathlib

import numpy as np

here = pathlib.Path(__file__).parent
images = np.load(here.parents[3] / "examples" / "data" / "digits_images.npy").reshape(-1, 64).astype("float64")
u, s, vt = np.linalg.svd(images - images.mean(axis=0), full_matrices=False)
np.save(here.parent / "resources" / "linalg" / "digits_pca.npy", np.vstack([s, vt[:10]]))
