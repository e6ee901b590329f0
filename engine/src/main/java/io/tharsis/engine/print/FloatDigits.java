package io.tharsis.engine.print;

import java.math.BigDecimal;
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
        return Double.isFinite(value)
                ? new FloatDigits(value, new BigDecimal(Double.toString(value)).stripTrailingZeros(), new BigDecimal(value))
                : new FloatDigits(value, null, null);
    }

    static FloatDigits of(float value) {
        return Float.isFinite(value)
                ? new FloatDigits(value, new BigDecimal(Float.toString(value)).stripTrailingZeros(), new BigDecimal(value))
                : new FloatDigits(value, null, null);
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

    /** Positional, at most {@code places} after the point, no trailing zeros; the point always stands. */
    String positional(int places) {
        BigDecimal digits = shortest.scale() <= places ? shortest : exact.setScale(places, RoundingMode.HALF_EVEN);
        String text = digits.abs().stripTrailingZeros().toPlainString();
        return sign() + text + (text.indexOf('.') < 0 ? "." : "");
    }

    /**
     * Scientific: the digits after the point (at most {@code places}, no trailing zeros) and the exponent.
     *
     * @param mantissa sign, one digit, point, digits
     */
    record Scientific(String mantissa, int exponent) {
        int places() {
            return mantissa.length() - mantissa.indexOf('.') - 1;
        }

        /** With zeros up to {@code places} and at least {@code digits} digits in the exponent. */
        String text(int places, int digits) {
            String magnitude = Integer.toString(Math.abs(exponent));
            return mantissa + "0".repeat(places - places()) + 'e' + (exponent < 0 ? '-' : '+')
                    + "0".repeat(Math.max(0, digits - magnitude.length())) + magnitude;
        }
    }

    Scientific scientific(int places) {
        BigDecimal digits = shortest.precision() <= places + 1 ? shortest : rounded(places + 1);
        if (digits.signum() == 0) {
            return new Scientific(sign() + "0.", 0);
        }
        String all = digits.unscaledValue().abs().toString();
        int exponent = digits.precision() - digits.scale() - 1;
        String tail = all.substring(1).replaceAll("0+$", "");
        return new Scientific(sign() + all.charAt(0) + '.' + tail, exponent);
    }

    private BigDecimal rounded(int precision) {
        return exact.round(new java.math.MathContext(precision, RoundingMode.HALF_EVEN));
    }

    /** As NumPy writes a number that stands alone: the shortest digits, scientific below 1e-4 and from {@code limit}. */
    String repr(double limit) {
        if (!isFinite()) {
            return special();
        }
        double magnitude = Math.abs(value);
        if (magnitude == 0 || magnitude >= 1e-4 && magnitude < limit) {
            String text = positional(Integer.MAX_VALUE);
            return text.endsWith(".") ? text + '0' : text;
        }
        Scientific digits = scientific(shortest.precision());
        String text = digits.text(digits.places(), 2);
        return text.replace(".e", "e");
    }
}
