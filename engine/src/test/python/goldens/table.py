"""The table of cases: how arrays, arguments and expectations are written down.

A case is a line of tab-separated fields: method, tolerance, what NumPy says where Tharsis deviates (or -), expected, argument...
The method is one of io.tharsis.Tensors, with a leading dot one of io.tharsis.Tensor, with linalg. one of io.tharsis.linalg.Linalg; its overload follows from the arguments:

    float64[2,3]@17   a tensor: the elements from number 17 on of the pool of that dtype, row-major
    l:5 d:1.5 b:true i:3 s:::2   a long, double, boolean, int, String
    L:1,2 I:0,1 F:0.5,1 D:float32   a long[], int[], double[], DType
    null              a tensor that is not given

Expected is "error", or tensors separated by blanks. A tolerance is bits (NaNs are one value), zeros (0.0 is -0.0), ulp:N, or
abs@REF: the largest absolute error of each element, itself an array.
"""

import io
import zipfile

import numpy as np

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]
INTS = [d for d in DTYPES if "int" in d]
FLOATS = ["float32", "float64"]


class Arg:
    def __init__(self, kind, text):
        self.text = f"{kind}:{text}"


class Absent(Arg):
    def __init__(self):
        self.text = "null"


NONE = Absent()


def L(value):
    return Arg("l", int(value))


def D(value):
    return Arg("d", repr(float(value)).replace("nan", "NaN").replace("inf", "Infinity"))


def I(value):
    return Arg("i", int(value))


def B(value):
    return Arg("b", "true" if value else "false")


def S(text):
    return Arg("s", text)


def Ls(*values):
    return Arg("L", ",".join(str(int(v)) for v in values))


def Is(*values):
    return Arg("I", ",".join(str(int(v)) for v in values))


def Doubles(*values):
    return Arg("F", ",".join(D(v).text[2:] for v in values))


def DT(dtype):
    return Arg("D", np.dtype(dtype).name)


def scalar(value):
    """A Java long or double for a Python number."""
    return L(value) if isinstance(value, int) else D(value)


class Table:
    """Cases and the pools of their arrays, each array stored once."""

    def __init__(self):
        self.lines = []
        self.pools = {d: [] for d in DTYPES}
        self.lengths = dict.fromkeys(DTYPES, 0)
        self.places = {}

    def ref(self, array):
        a = np.asarray(array)
        name = a.dtype.name
        key = (name, a.tobytes())
        if key not in self.places:
            self.places[key] = self.lengths[name]
            self.pools[name].append(a.ravel().copy())
            self.lengths[name] += a.size
        return f"{name}[{','.join(map(str, a.shape))}]@{self.places[key]}"

    def case(self, method, args, expected, tolerance="bits", numpy="-"):
        """expected: an array, a list of arrays, or None for an error; tolerance: text, or an array of absolute errors."""
        if not isinstance(tolerance, str):
            tolerance = "abs@" + self.ref(np.asarray(tolerance, "float64"))
        if expected is None:
            text = "error"
        else:
            text = " ".join(self.ref(e) for e in (expected if isinstance(expected, list) else [expected]))
        fields = [a.text if isinstance(a, Arg) else self.ref(a) for a in args]
        line = "\t".join([method, tolerance, numpy, text] + fields)
        self.lines.append(line)

    def write(self, path):
        lines = list(dict.fromkeys(self.lines))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            add(archive, "cases.txt", ("\n".join(lines) + "\n").encode())
            for name, parts in self.pools.items():
                buffer = io.BytesIO()
                np.save(buffer, np.concatenate(parts) if parts else np.empty(0, name))
                add(archive, f"{name}.npy", buffer.getvalue())
        return len(lines)


def add(archive, name, data):
    info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)
