package io.tharsis.engine.print;

/**
 * Floats of one array in one notation and width: NumPy's rule with precision 8 and at most that
 * many places, scientific if the magnitudes are large, small or over a thousandfold apart.
 */
final class FloatText implements ElementText {
    private static final int PRECISION = 8;

    private final FloatDigits[] digits;
    private final boolean scientific;
    private int places;
    private int exponentDigits;
    private int left;
    private int right;

    /**
     * @param largestExponent of ten that is still written positionally, exclusive
     */
    FloatText(FloatDigits[] digits, int largestExponent) {
        this.digits = digits;
        this.scientific = wantsScientific(digits, Math.pow(10, largestExponent));
        boolean negativeInfinity = false;
        boolean special = false;
        for (FloatDigits element : digits) {
            if (element.isFinite()) {
                measure(element);
            } else {
                special = true;
                negativeInfinity |= element.value() == Double.NEGATIVE_INFINITY;
            }
        }
        right = scientific ? exponentDigits + 2 + places : places;
        if (special) {
            int beforePoint = (negativeInfinity ? 4 : 3) - (right + 1);
            left = Math.max(left, beforePoint);
        }
    }

    private static boolean wantsScientific(FloatDigits[] digits, double limit) {
        double least = Double.POSITIVE_INFINITY;
        double greatest = 0;
        for (FloatDigits element : digits) {
            double magnitude = Math.abs(element.value());
            if (element.isFinite() && magnitude != 0) {
                least = Math.min(least, magnitude);
                greatest = Math.max(greatest, magnitude);
            }
        }
        return greatest != 0 && (greatest >= limit || least < 0.0001 || greatest / least > 1000);
    }

    private void measure(FloatDigits element) {
        if (scientific) {
            FloatDigits.Scientific text = element.scientific(PRECISION);
            places = Math.max(places, text.places());
            exponentDigits = Math.max(exponentDigits, text.exponentDigits());
            left = Math.max(left, text.mantissa().indexOf('.'));
        } else {
            String text = element.positional(PRECISION);
            places = Math.max(places, text.length() - text.indexOf('.') - 1);
            left = Math.max(left, text.indexOf('.'));
        }
    }

    @Override
    public String text(long index) {
        FloatDigits element = digits[(int) index];
        if (!element.isFinite()) {
            return ElementText.pad(element.special(), left + right + 1);
        }
        if (scientific) {
            return ElementText.pad(element.exactly(places).text(exponentDigits), left + right + 1);
        }
        String text = element.positional(PRECISION);
        int point = text.indexOf('.');
        return ElementText.pad(text.substring(0, point), left)
                + text.substring(point)
                + " ".repeat(places - (text.length() - point - 1));
    }
}
