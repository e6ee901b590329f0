"""Makes slices.txt, expressions.txt and moving.txt: Python's slices, and NumPy's indexing and shaping of arange tensors.

Run it in this folder with Python 3 and NumPy 2: python3 moving.py
"""

import random

import numpy as np

random.seed(20251)


def numbers(values):
    return ",".join(str(int(v)) for v in values)


def arange(shape):
    return np.arange(int(np.prod(shape, dtype=np.int64))).reshape(shape)


def bound():
    return random.choice([None, None, 0, 1, -1, 2, -2, 3, -3, 5, -6, 7, -9, 100, -100, 2**62, -(2**62)])


def step(huge=True):
    return random.choice([None, 1, -1, 2, -2, 3, -3, 5, -7] + ([2**63 - 1, -(2**63 - 1)] if huge else []))


def text(start, stop, step_):
    parts = ["" if p is None else str(p) for p in (start, stop, step_)]
    return ":".join(parts if step_ is not None or random.random() < 0.3 else parts[:2])


def slices():
    for _ in range(600):
        length = random.choice([0, 1, 2, 3, 5, 8, 13])
        s, e, t = bound(), bound(), step()
        walked = range(*slice(s, e, t).indices(length))
        yield f"{text(s, e, t)}|{length}|{numbers(walked)}"


def expression(rank):
    axes = random.randint(0, rank)
    entries = []
    for _ in range(axes):
        if random.random() < 0.3:
            entries.append(str(random.choice([0, -1, 1, -2])))
        else:
            entries.append(text(bound(), bound(), step()))
    for _ in range(random.choice([0, 0, 0, 1, 2])):
        entries.insert(random.randint(0, len(entries)), "newaxis")
    if random.random() < 0.4 or not entries:
        entries.insert(random.randint(0, len(entries)), "...")
    return random.choice([", ", ",", " , "]).join(entries) + random.choice(["", "", ","])


def shape_of_rank(rank):
    return tuple(random.choice([1, 2, 3, 4, 5, 2, 3, 4, 5, 0]) for _ in range(rank))


def expressions():
    done = 0
    while done < 400:
        shape = shape_of_rank(random.randint(0, 4))
        e = expression(len(shape))
        index = "np.s_[" + e.replace("newaxis", "None") + "]"
        x = arange(shape)
        try:
            y = x[eval(index)]
        except IndexError:
            yield f"{numbers(shape)}|{e}|error||"
            done += 1
            continue
        # the values written are negative and cycle, so that any mix-up shows
        value = -1 - np.arange(y.size).reshape(y.shape) if y.size else np.zeros(y.shape, dtype=np.int64)
        z = x.copy()
        z[eval(index)] = value
        yield f"{numbers(shape)}|{e}|{numbers(y.shape)}|{numbers(y.flat)}|{numbers(z.flat)}"
        done += 1


MOVING = {
    "reshape": lambda x, a: x.reshape(a),
    "permute": lambda x, a: x.transpose(a),
    "transpose": lambda x, a: x.T,
    "ravel": lambda x, a: x.ravel(),
    "swapaxes": lambda x, a: x.swapaxes(*a),
    "moveaxis": lambda x, a: np.moveaxis(x, a[: len(a) // 2], a[len(a) // 2 :]),
    "expandDims": lambda x, a: np.expand_dims(x, tuple(a)),
    "squeeze": lambda x, a: np.squeeze(x, tuple(a)) if a else np.squeeze(x),
    "broadcastTo": lambda x, a: np.broadcast_to(x, a),
    "flip": lambda x, a: np.flip(x, tuple(a) if a else None),
    "rollFlat": lambda x, a: np.roll(x, a[0]),
    "roll": lambda x, a: np.roll(x, tuple(a[: len(a) // 2]), tuple(a[len(a) // 2 :])),
    "tile": lambda x, a: np.tile(x, a),
    "repeatFlat": lambda x, a: np.repeat(x, a[0]),
    "repeat": lambda x, a: np.repeat(x, a[0], a[1]),
    "repeatEach": lambda x, a: np.repeat(x, a[1:], a[0]),
    "padConstant": lambda x, a: np.pad(x, pairs(a), constant_values=-5),
    "padEdge": lambda x, a: np.pad(x, pairs(a), "edge"),
    "padReflect": lambda x, a: np.pad(x, pairs(a), "reflect"),
    "concatenate": lambda x, a: np.concatenate([x, x[..., ::-1], x], a[0]),
    "stack": lambda x, a: np.stack([x, x[..., ::-1]], a[0]),
    "hstack": lambda x, a: np.hstack([x, x]),
    "vstack": lambda x, a: np.vstack([x, x]),
    # the parts laid end to end again in reverse order show where the cuts were
    "arraySplit": lambda x, a: np.concatenate(np.array_split(x, a[0], a[1])[::-1], a[1]),
    "splitAt": lambda x, a: np.concatenate(np.split(x, a[1:], a[0])[::-1], a[0]),
    "take": lambda x, a: np.take(x, a[1:], a[0]),
    "takeSquare": lambda x, a: np.take(x, np.reshape(a[1:], (2, -1)), a[0]),
    "takeFlat": lambda x, a: np.take(x, a),
    "takeAlongAxis": lambda x, a: np.take_along_axis(x, positions(x, a[0]), a[0]),
    "gather": lambda x, a: x[tuple(np.array(a).reshape(2, -1))],
    "gatherOuter": lambda x, a: x[np.array(a[: len(a) // 2])[:, None], np.array(a[len(a) // 2 :])],
    "gatherMiddle": lambda x, a: x[:, np.array(a[: len(a) // 2]), np.array(a[len(a) // 2 :])],
    "gatherApart": lambda x, a: x[np.array(a[: len(a) // 2]), :, np.array(a[len(a) // 2 :])],
    "mask": lambda x, a: x[x % 3 != 1],
    "maskRows": lambda x, a: x[np.arange(x.shape[0]) % 3 != 1],
    "setMask": lambda x, a: np.where(x % 3 != 1, -7, x),
    "setMaskInOrder": lambda x, a: set_in_order(x),
    "setMaskRows": lambda x, a: set_rows(x),
}


def pairs(a):
    return list(zip(a[: len(a) // 2], a[len(a) // 2 :]))


def positions(x, axis):
    shape = list(x.shape)
    shape[axis] = 3
    p = np.arange(int(np.prod(shape))).reshape(shape) * 7 % x.shape[axis]
    return p - x.shape[axis] * (p % 2)


def set_in_order(x):
    y = x.copy()
    m = x % 3 != 1
    y[m] = -1 - np.arange(m.sum())
    return y


def set_rows(x):
    y = x.copy()
    y[np.arange(x.shape[0]) % 3 != 1] = -1 - np.arange(x.shape[1])
    return y


CASES = [
    ("reshape", [6], [[2, 3], [3, -1], [-1], [1, 6], [6, 1, 1], [1, 2, 1, 3]]),
    ("reshape", [2, 3, 4], [[6, 4], [4, 6], [2, 12], [-1], [2, 1, 3, 1, 4], [3, 2, 4]]),
    ("reshape", [], [[1], [1, 1], []]),
    ("reshape", [0, 3], [[0], [3, 0], [0, 5], [-1, 3], [2, 0, 7]]),
    ("reshape", [1], [[], [1, 1]]),
    ("permute", [2, 3, 4], [[0, 1, 2], [2, 0, 1], [1, 2, 0], [-1, 0, 1]]),
    ("transpose", [2, 3, 4], [[]]),
    ("transpose", [], [[]]),
    ("transpose", [5], [[]]),
    ("ravel", [2, 3], [[]]),
    ("ravel", [], [[]]),
    ("swapaxes", [2, 3, 4], [[0, 2], [1, 1], [-1, 0]]),
    ("moveaxis", [2, 3, 4], [[0, 2], [2, 0], [0, 1, 2, 0], [-1, 0, 0, 1]]),
    ("expandDims", [2, 3], [[0], [1], [2], [-1], [0, 2], [0, 1, -1]]),
    ("expandDims", [], [[0], [0, 1]]),
    ("squeeze", [1, 2, 1, 3], [[], [0], [2], [-2, 0]]),
    ("squeeze", [1], [[], [0]]),
    ("broadcastTo", [3], [[2, 3], [3], [0, 3]]),
    ("broadcastTo", [2, 1], [[2, 4], [3, 2, 4], [2, 0]]),
    ("broadcastTo", [], [[], [2, 3]]),
    ("flip", [2, 3], [[], [0], [1], [-1, 0]]),
    ("flip", [], [[]]),
    ("flip", [0, 2], [[], [0]]),
    ("rollFlat", [2, 3], [[0], [1], [-2], [13]]),
    ("rollFlat", [], [[5]]),
    ("rollFlat", [0], [[5]]),
    ("roll", [3, 4], [[1, 0], [-1, 1], [2, 3, 0, 1], [1, 1, 0, 0], [9, -1]]),
    ("tile", [2, 3], [[2], [2, 2], [2, 1, 3], [1, 0], [0, 2, 2], []]),
    ("tile", [3], [[2, 2]]),
    ("tile", [], [[3], [2, 2]]),
    ("repeatFlat", [2, 3], [[2], [0], [1]]),
    ("repeat", [2, 3], [[2, 0], [3, 1], [2, -1], [0, 1]]),
    ("repeatEach", [2, 3], [[0, 2, 1], [1, 0, 3, 1], [1, 0, 0, 0], [0, 3]]),
    ("padConstant", [2, 3], [[1, 2, 0, 1], [0, 0, 0, 0]]),
    ("padConstant", [0, 2], [[1, 1, 1, 0]]),
    ("padEdge", [2, 3], [[1, 2, 0, 1], [0, 3, 0, 0]]),
    ("padEdge", [1], [[2, 3]]),
    ("padReflect", [2, 3], [[1, 2, 0, 1], [0, 2, 0, 2]]),
    ("padReflect", [3, 3], [[7, 0, 3, 5], [5, 2, 0, 3], [0, 6, 1, 2]]),
    ("padReflect", [1, 2], [[3, 1, 2, 9]]),
    ("concatenate", [2, 3], [[0], [1], [-1]]),
    ("concatenate", [0], [[0]]),
    ("concatenate", [2, 0], [[0], [1]]),
    ("stack", [2, 3], [[0], [1], [2], [-1]]),
    ("stack", [3], [[0], [1]]),
    ("hstack", [3], [[]]),
    ("hstack", [2, 3], [[]]),
    ("hstack", [], [[]]),
    ("vstack", [3], [[]]),
    ("vstack", [2, 3], [[]]),
    ("vstack", [], [[]]),
    ("arraySplit", [7], [[3, 0], [1, 0], [7, 0], [9, 0]]),
    ("arraySplit", [2, 5], [[2, 1], [2, 0]]),
    ("splitAt", [7], [[0, 2, 5], [0], [0, 5, 2], [0, -3, 100]]),
    ("take", [5], [[0, 4, 0, -1, -5, 2], [0]]),
    ("take", [3, 4], [[0, 2, 0], [1, 3, -1, 0], [-1, 1], [0]]),
    ("take", [2, 3, 4], [[1, 2, 0, -2], [2, 3], [0, 1, 1, 1]]),
    ("takeSquare", [5], [[0, 4, 0, 1, 1]]),
    ("takeSquare", [2, 3, 4], [[1, 2, 0, 1, 1], [0, 1, 0, 1, 1], [2, 0, 1, 2, 3]]),
    ("takeFlat", [2, 3], [[5, 0, -1], []]),
    ("takeAlongAxis", [4], [[0]]),
    ("takeAlongAxis", [2, 3, 4], [[0], [1], [2], [-1]]),
    ("gather", [3, 4], [[0, 2, -1, 3, 1, 0]]),
    ("gather", [3, 4, 2], [[0, 2, -1, 3, 1, 0]]),
    ("gatherOuter", [3, 4], [[0, 2, 3, 1]]),
    ("gatherOuter", [3, 4, 2], [[0, 2, 3, 1]]),
    ("gatherMiddle", [2, 3, 4], [[0, 2, -1, 3, 1, 0]]),
    ("gatherApart", [2, 3, 4], [[0, 1, -1, 3, 1, 0]]),
    ("mask", [7], [[]]),
    ("mask", [3, 4], [[]]),
    ("mask", [0, 4], [[]]),
    ("maskRows", [5, 2], [[]]),
    ("maskRows", [4, 2, 2], [[]]),
    ("setMask", [3, 4], [[]]),
    ("setMaskInOrder", [3, 4], [[]]),
    ("setMaskInOrder", [7], [[]]),
    ("setMaskRows", [5, 2], [[]]),
]


def moving():
    for name, shape, arguments in CASES:
        for a in arguments:
            a = np.array(a, dtype=np.int64) if name.startswith("take") else a
            y = MOVING[name](arange(shape), a)
            yield f"{name}|{numbers(shape)}|{numbers(a)}|{numbers(y.shape)}|{numbers(y.flat)}"


for name, lines in (("slices", slices()), ("expressions", expressions()), ("moving", moving())):
    with open(name + ".txt", "w", newline="\n") as file:
        file.write("\n".join(lines) + "\n")
