package io.tharsis.golden;

import java.util.Arrays;
import java.util.List;

/** Compares results with golden ones. */
final class Comparison {
    private Comparison() {}

    /** What is wrong, or null. */
    static String complaint(GoldenCase golden, List<GoldenArray> actual) {
        if (golden.expected().size() != actual.size()) {
            return "expected " + golden.expected().size() + " tensors, got " + actual.size();
        }
        for (int i = 0; i < actual.size(); i++) {
            String complaint = complaint(golden, golden.expected().get(i), actual.get(i));
            if (complaint != null) {
                return complaint;
            }
        }
        return null;
    }

    private static String complaint(GoldenCase golden, GoldenArray expected, GoldenArray actual) {
        if (expected.dtype() != actual.dtype()
                || !Arrays.equals(expected.shape(), actual.shape())) {
            return "expected " + expected.header() + ", got " + actual.header();
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!isNear(golden, expected, actual, i)) {
                return "expected element "
                        + i
                        + " to be "
                        + expected.text(i)
                        + ", got "
                        + actual.text(i)
                        + bound(golden, i)
                        + "; "
                        + expected
                        + " against "
                        + actual;
            }
        }
        return null;
    }

    private static String bound(GoldenCase golden, int index) {
        return golden.bounds() == null
                ? " (" + golden.tolerance() + ")"
                : " (within " + golden.bounds().text(index) + ")";
    }

    private static boolean isNear(
            GoldenCase golden, GoldenArray expected, GoldenArray actual, int index) {
        if (expected.sameBits(actual, index)) {
            return true;
        }
        double x = expected.number(index);
        double y = actual.number(index);
        if (!expected.dtype().isFloat()) {
            return false;
        }
        return switch (golden.tolerance()) {
            case "bits" -> false;
            case "zeros" -> x == y;
            case "abs" -> x == y || Math.abs(x - y) <= golden.bounds().number(index);
            default ->
                    ulps(expected, actual, index)
                            <= Long.parseLong(golden.tolerance().substring("ulp:".length()));
        };
    }

    /**
     * How many floats lie from one to the other; zeros of different sign and a NaN beside a number
     * are beyond any bound.
     */
    private static long ulps(GoldenArray expected, GoldenArray actual, int index) {
        if (Double.isNaN(expected.number(index)) || Double.isNaN(actual.number(index))) {
            return Long.MAX_VALUE;
        }
        if (expected.number(index) == 0 && actual.number(index) == 0) {
            return Long.MAX_VALUE;
        }
        return Math.absExact(Math.subtractExact(ordered(expected, index), ordered(actual, index)));
    }

    private static long ordered(GoldenArray array, int index) {
        long bits = array.bits(index);
        long magnitude =
                array.dtype().byteSize() == 4 ? bits & Integer.MAX_VALUE : bits & Long.MAX_VALUE;
        return bits < 0 ? -magnitude : magnitude;
    }
}
