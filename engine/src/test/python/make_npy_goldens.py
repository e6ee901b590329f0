"""Makes the .npy and .npz files that the tests of io.tharsis.engine.npy read; run with NumPy 2.4 from anywhere.

arrays.zip    readable files; arrays.tsv says of each: entry, dtype, order (C or F), endian (little, big, none), version, shape, and the
              elements in the order of the file as little-endian hexadecimal bytes
misuse.zip    files that must be refused; misuse.tsv says of each: entry, and a part of the message that must appear
stored.npz    numpy.savez of three arrays; packed.npz the same by savez_compressed
"""

import io
import pathlib
import pickle
import struct
import zipfile

import numpy as np
from numpy.lib import format as npy

HERE = pathlib.Path(__file__).resolve().parent.parent / "resources" / "npy"
DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64".split()
EPOCH = (1980, 1, 1, 0, 0, 0)


def values(name):
    if name == "bool":
        return np.array([[True, False, True], [False, False, True]])
    if name.startswith("float"):
        tiny = np.finfo(name).smallest_subnormal
        return np.array([[0.0, -0.0, 1.5], [np.inf, np.nan, tiny]], dtype=name)
    info = np.iinfo(name)
    return np.array([[info.min, info.max, 0], [1, 2, info.max // 3]], dtype=name)


def saved(array, version):
    out = io.BytesIO()
    npy.write_array(out, array, version=version, allow_pickle=True)
    return out.getvalue()


def row(entry, array, order, version):
    little = array.astype(array.dtype.newbyteorder("<"))
    endian = "none" if array.dtype.itemsize == 1 else "big" if array.dtype.byteorder == ">" else "little"
    shape = ",".join(str(n) for n in array.shape)
    return [entry, array.dtype.name, order, endian, str(version), shape, little.tobytes(order=order).hex()]


def raw(dictionary, data=b"", version=1, length=None):
    """A file with any text as its header."""
    text = dictionary if isinstance(dictionary, bytes) else dictionary.encode("latin-1")
    length = len(text) if length is None else length
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", length) + text + data


def readable():
    for name in DTYPES:
        for order in "CF":
            for endian in "<>" if np.dtype(name).itemsize > 1 else "|":
                for version in (1, 2, 3):
                    array = np.asarray(values(name), dtype=np.dtype(name).newbyteorder(endian), order=order)
                    entry = f"{name}-{order}-{'big' if endian == '>' else 'little'}-v{version}.npy"
                    yield row(entry, array, order, version), saved(array, (version, 0))
    shapes = {"scalar": (), "empty": (0,), "hollow": (3, 0, 2), "vector": (5,), "ones": (1, 1, 1), "deep": (2, 1, 3, 2)}
    for label, shape in shapes.items():
        array = np.arange(np.prod(shape, dtype=int), dtype="<f8").reshape(shape)
        yield row(f"shape-{label}.npy", array, "C", 1), saved(array, (1, 0))
    pair = np.array([1.5, -2.0], dtype="<f8")
    data = pair.tobytes()
    headers = {
        "keys-reordered": "{'shape': (2,), 'fortran_order': False, 'descr': '<f8'}",
        "double-quotes": '{"descr": "<f8", "fortran_order": False, "shape": (2,)}',
        "no-spaces": "{'descr':'<f8','fortran_order':False,'shape':(2,)}",
        "line-breaks": "{\n'descr' :\t'<f8',\n 'fortran_order' : False ,\n'shape' : ( 2 , ) , }  \n\n",
        "python2-long": "{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }\n",
        "native-order": "{'descr': '=f8', 'fortran_order': False, 'shape': (2,), }\n",
        "no-order": "{'descr': 'f8', 'fortran_order': False, 'shape': (2,), }\n",
        "bar-order": "{'descr': '|f8', 'fortran_order': False, 'shape': (2,), }\n",
    }
    for label, header in headers.items():
        yield row(f"header-{label}.npy", pair, "C", 1), raw(header, data)
    yield row("trailing-bytes.npy", pair, "C", 1), saved(pair, (1, 0)) + b"anything"
    odd = raw("{'descr': '|b1', 'fortran_order': False, 'shape': (10,), }\n", bytes([0, 1, 2, 255, 0, 128, 1, 0, 77, 0]))
    truth = np.array([0, 1, 1, 1, 0, 1, 1, 0, 1, 0], dtype=bool)
    yield row("odd-booleans.npy", truth, "C", 1), odd


def refused():
    good = saved(np.arange(6.0).reshape(2, 3), (1, 0))
    yield "pickled", "pickled", saved(np.array([1, "a"], dtype=object), (1, 0))
    yield "raw-pickle", "pickle", pickle.dumps([1, 2, 3])
    yield "structured", "structured", saved(np.zeros(2, dtype=[("x", "<f8"), ("y", "<i4")]), (1, 0))
    for label, dtype, word in [
        ("complex", "<c16", "complex"), ("datetime", "<M8[s]", "datetime64"), ("timedelta", "<m8[s]", "timedelta64"),
        ("half", "<f2", "float16"), ("bytes", "S3", "byte strings"), ("text", "<U3", "text strings"), ("void", "V2", "void"),
    ]:
        yield label, word, saved(np.zeros(2, dtype=dtype), (1, 0))
    yield "long-double", "long double", raw("{'descr': '<f16', 'fortran_order': False, 'shape': (1,), }\n", bytes(16))
    yield "unknown-type", "unknown dtype", raw("{'descr': '<q8', 'fortran_order': False, 'shape': (1,), }\n", bytes(8))
    yield "no-type", "empty type string", raw("{'descr': '', 'fortran_order': False, 'shape': (1,), }\n", bytes(8))
    yield "empty-file", "only 0 bytes", b""
    yield "seven-bytes", "only 7 bytes", good[:7]
    yield "nine-bytes", "cut off inside its header", good[:9]
    yield "wrong-magic", "is no .npy file", b"\x92" + good[1:]
    yield "zip", "zip archive", b"PK\x03\x04" + bytes(100)
    yield "version-4", "version 4.0", good[:6] + b"\x04" + good[7:]
    yield "version-1-1", "version 1.1", good[:7] + b"\x01" + good[8:]
    yield "cut-in-header", "claims to end at byte 128", good[:100]
    yield "cut-in-data", "needs 48 bytes of data, but only 47", good[:-1]
    yield "length-lie", "claims to end at byte", good[:8] + b"\xff\xff" + good[10:]
    yield "length-too-short", "malformed", good[:8] + struct.pack("<H", 20) + good[10:]
    yield "huge-header", "claims 4294967280 bytes", raw("{}", version=2, length=0xFFFFFFF0)
    start = "{'descr': '<f8', 'fortran_order': False, 'shape': "
    yield "overflow", "2**63 - 1 bytes", raw(start + "(4294967296, 4294967296), }\n")
    yield "overflow-of-empty", "2**63 - 1 bytes", raw(start + "(0, 4294967296, 4294967296), }\n")
    yield "overflow-of-bytes", "2**63 - 1 bytes", raw(start + "(2305843009213693952,), }\n")
    yield "long-axis", "over 2**63 - 1", raw(start + "(99999999999999999999,), }\n")
    yield "negative-axis", "negative length -1", raw(start + "(-1,), }\n")
    yield "many-axes", "more than 64 axes", raw(start + "(" + "1, " * 65 + "), }\n", bytes(8))
    yield "list-shape", "not a tuple", raw(start + "[1], }\n", bytes(8))
    yield "integer-shape", "not a tuple", raw(start + "(1), }\n", bytes(8))
    yield "float-axis", "malformed", raw(start + "(1.0,), }\n", bytes(8))
    yield "text-axis", "not an integer", raw(start + "('a',), }\n", bytes(8))
    yield "double-comma", "not an integer", raw(start + "(1,,), }\n", bytes(8))
    yield "no-comma", "no ','", raw(start + "(1 1), }\n", bytes(8))
    yield "python3-long", "malformed", raw(start + "(1L,), }\n", bytes(8), version=3)
    yield "not-utf8", "UTF-8", raw(start.encode() + b"(1,), } \xff\n", bytes(8), version=3)
    yield "no-dictionary", "not a dictionary", raw("[1, 2]\n")
    yield "empty-dictionary", "the keys are []", raw("{}\n")
    yield "missing-key", "the keys are [descr, shape]", raw("{'descr': '<f8', 'shape': (1,), }\n", bytes(8))
    yield "extra-key", "'colour'", raw("{'colour': 'red', 'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", bytes(8))
    yield "double-key", "stands twice", raw("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}\n", bytes(8))
    yield "integer-order", "neither True nor False", raw("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }\n", bytes(8))
    yield "open-string", "string without an end", raw("{'descr: <f8\n", bytes(8))
    yield "escape", "escape", raw("{'de\\x73cr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", bytes(8))
    yield "code-after", "something follows", raw(start + "(1,), }; import os\n", bytes(8))
    yield "expression", "malformed", raw(start + "(1+1,), }\n", bytes(16))


def archive(name, files):
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as out:
        for entry, content in files:
            out.writestr(zipfile.ZipInfo(entry, EPOCH), content, zipfile.ZIP_DEFLATED)


def table(name, rows):
    (HERE / name).write_text("".join("\t".join(cells) + "\n" for cells in rows))


def main():
    HERE.mkdir(parents=True, exist_ok=True)
    good = list(readable())
    for cells, content in good:
        if cells[0] not in ("odd-booleans.npy",):
            read = npy.read_array(io.BytesIO(content), allow_pickle=False)
            assert read.astype(read.dtype.newbyteorder("<")).tobytes(order=cells[2]).hex() == cells[6], cells[0]
    archive("arrays.zip", [(cells[0], content) for cells, content in good])
    table("arrays.tsv", [cells for cells, _ in good])
    bad = list(refused())
    archive("misuse.zip", [(label + ".npy", content) for label, _, content in bad])
    table("misuse.tsv", [[label + ".npy", part] for label, part, _ in bad])
    arrays = {
        "grid": np.arange(12, dtype="<i4").reshape(3, 4),
        "größe": np.linspace(0, 1, 1000),
        "flag": np.array(True),
    }
    np.savez(HERE / "stored.npz", **arrays)
    np.savez_compressed(HERE / "packed.npz", **arrays)


if __name__ == "__main__":
    main()
