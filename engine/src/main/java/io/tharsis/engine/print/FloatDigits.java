package io.tharsis.engine.print;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * One float as decimal digits.
 *
 * @param value the number itself, widened
 * @param shortest the fewest digits that read back as the same float; null unless it is finite
 * @param exact the number exactly; null unless it is finite
 */
record FloatDigits(double value, BigDecimal shortest, BigDecimal exact) {

    static FloatDigits of(double value) {
        if (!Double.isFinite(value)) {
            return new FloatDigits(value, null, null);
        }
        BigDecimal digits = new BigDecimal(Double.toString(value));
        BigDecimal one = oneDigit(digits);
        return new FloatDigits(
                value,
                (one.doubleValue() == value ? one : digits).stripTrailingZeros(),
                new BigDecimal(value));
    }

    static FloatDigits of(float value) {
        if (!Float.isFinite(value)) {
            return new FloatDigits(value, null, null);
        }
        BigDecimal digits = new BigDecimal(Float.toString(value));
        BigDecimal one = oneDigit(digits);
        return new FloatDigits(
                value,
                (one.floatValue() == value ? one : digits).stripTrailingZeros(),
                new BigDecimal(value));
    }

    // toString writes two digits even where one would do
    private static BigDecimal oneDigit(BigDecimal digits) {
        return digits.round(new MathContext(1, RoundingMode.HALF_EVEN));
    }

    boolean isFinite() {
        return shortest != null;
    }

    private String sign() {
        return Math.copySign(1, value) < 0 ? "-" : "";
    }

    /** {@code nan}, {@code inf} or {@code -inf}. */
    String special() {
        return Double.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
    }

    /**
     * Positional, at most {@code places} after the point, no trailing zeros; the point always
     * stands.
     */
    String positional(int places) {
        BigDecimal digits =
                shortest.scale() <= places
                        ? shortest
                        : exact.setScale(places, RoundingMode.HALF_EVEN);
        String text = digits.abs().stripTrailingZeros().toPlainString();
        return sign() + text + (text.indexOf('.') < 0 ? "." : "");
    }

    /**
     * Scientific notation.
     *
     * @param mantissa sign, one digit, point, digits
     */
    record Scientific(String mantissa, int exponent) {
        int places() {
            return mantissa.length() - mantissa.indexOf('.') - 1;
        }

        /** Digits of the exponent, at least two. */
        int exponentDigits() {
            return Math.max(2, Integer.toString(Math.abs(exponent)).length());
        }

        /** With at least {@code digits} digits in the exponent. */
        String text(int digits) {
            String magnitude = Integer.toString(Math.abs(exponent));
            return mantissa
                    + 'e'
                    + (exponent < 0 ? '-' : '+')
                    + "0".repeat(Math.max(0, digits - magnitude.length()))
                    + magnitude;
        }
    }

    /** At most {@code places} digits after the point, no trailing zeros. */
    Scientific scientific(int places) {
        BigDecimal digits = shortest.precision() <= places + 1 ? shortest : rounded(places);
        return scientific(digits.stripTrailingZeros());
    }

    /** {@code places} digits after the point, even if fewer would tell this float from others. */
    Scientific exactly(int places) {
        BigDecimal digits = rounded(places);
        int missing = places + 1 - digits.precision();
        return scientific(
                digits.signum() == 0
                        ? BigDecimal.ZERO.setScale(places)
                        : digits.setScale(digits.scale() + missing));
    }

    private BigDecimal rounded(int places) {
        return exact.round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
    }

    private Scientific scientific(BigDecimal digits) {
        String all = digits.unscaledValue().abs().toString();
        if (digits.signum() == 0) {
            return new Scientific(sign() + "0." + "0".repeat(digits.scale()), 0);
        }
        return new Scientific(
                sign() + all.charAt(0) + '.' + all.substring(1),
                digits.precision() - digits.scale() - 1);
    }

    /**
     * As NumPy writes a number that stands alone: the shortest digits, scientific below 1e-4 and
     * from {@code limit}.
     */
    String repr(double limit) {
        if (!isFinite()) {
            return special();
        }
        double magnitude = Math.abs(value);
        if (magnitude == 0 || magnitude >= 1e-4 && magnitude < limit) {
            String text = positional(Integer.MAX_VALUE);
            return text.endsWith(".") ? text + '0' : text;
        }
        return scientific(shortest.precision()).text(2).replace(".e", "e");
    }
}
