package io.tharsis.golden;

import java.util.List;

/**
 * A call and NumPy's answer.
 *
 * @param line where it stands in the file
 * @param method of {@code Tensors}, or with a leading dot of {@code Tensor}
 * @param tolerance bits, zeros, ulp:N or abs
 * @param bounds the largest absolute errors, for abs
 * @param numpy NumPy's dtype where Tharsis has another, else -
 * @param expected null where an exception is expected
 * @param arguments arrays, boxed scalars, strings, arrays of long and int, dtypes, {@link Absent}
 */
record GoldenCase(
        String line,
        String method,
        String tolerance,
        GoldenArray bounds,
        String numpy,
        List<GoldenArray> expected,
        Object[] arguments) {

    /** A tensor argument that is null. */
    record Absent() {}

    boolean isError() {
        return expected == null;
    }

    @Override
    public String toString() {
        return line.replace('\t', ' ');
    }
}
