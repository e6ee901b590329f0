package io.tharsis.engine.linalg;

/**
 * The roots of {@code 1 / rho + sum z_p^2 / (d_p - x)}, one above each pole and below the next: the
 * eigenvalues of {@code diag(d) + rho z zᵀ}. Poles may be given as square roots, whose differences
 * are then exact to the last bits too.
 *
 * <p>A root is kept as its distance from the nearer pole, so that all its distances from poles are
 * exact to the last bits; {@link #weights} are then those that belong to the computed roots
 * exactly, which makes vectors orthogonal however close roots are (Gu and Eisenstat, A stable and
 * efficient algorithm for the rank-one modification of the symmetric eigenproblem, 1994). Steps are
 * those of the "middle way" (Li, Solving secular equations stably and efficiently, LAPACK Working
 * Note 89), within a bracket.
 *
 * <p>Different roots may be solved on different threads.
 */
final class SecularRoots {
    private static final double EPSILON = 0x1p-53;
    private static final int STEPS = 120;

    private final int count;
    private final double[] d;
    private final boolean squared;
    private final double[] z;
    private final double constant;
    private final double sumOfSquares;
    private final int[] origin;
    private final double[] offset;

    /**
     * @param d poles, or their square roots, strictly ascending
     * @param squared whether poles are the squares of d, which are not negative
     * @param z none 0
     * @param rho positive
     */
    SecularRoots(double[] d, boolean squared, double[] z, double rho) {
        this.count = d.length;
        this.d = d;
        this.squared = squared;
        this.z = z;
        this.constant = 1 / rho;
        this.origin = new int[count];
        this.offset = new double[count];
        double sum = 0;
        for (double x : z) {
            sum += x * x;
        }
        sumOfSquares = sum * rho;
    }

    /** The pole next to root j, or its square root, as they were given. */
    double origin(int j) {
        return d[origin[j]];
    }

    /** Root j is its pole plus this. */
    double offset(int j) {
        return offset[j];
    }

    /** Root j, or its square root if those of poles were given. */
    double root(int j) {
        double pole = origin(j);
        if (squared) {
            return offset[j] == 0
                    ? pole
                    : pole + offset[j] / (pole + Math.sqrt(pole * pole + offset[j]));
        }
        return pole + offset[j];
    }

    /** {@code d_p - x_j}. */
    double gap(int p, int j) {
        return poles(p, origin[j]) - offset[j];
    }

    /** The distance of two poles. */
    private double poles(int p, int q) {
        double difference = d[p] - d[q];
        return squared ? difference * (d[p] + d[q]) : difference;
    }

    /** Finds root j. */
    void solve(int j) {
        var search = new Search(j);
        search.run();
        origin[j] = search.base;
        offset[j] = search.distance;
    }

    /** The search for one root. */
    private final class Search {
        private final int index;
        private final boolean isLast;
        private int base;
        private double distance;
        private double lower;
        private double upper;
        private double below;
        private double above;
        private double belowSlope;
        private double aboveSlope;

        Search(int index) {
            this.index = index;
            isLast = index == count - 1;
        }

        /** Distance of the end of the interval from its first pole. */
        private double length() {
            if (!isLast) {
                return poles(index + 1, index);
            }
            return Math.max(sumOfSquares * (1 + 8 * EPSILON), Double.MIN_NORMAL);
        }

        void run() {
            double length = length();
            base = index;
            distance = length / 2;
            lower = 0;
            upper = length;
            double value = evaluate();
            if (!isLast && value < 0) {
                base = index + 1;
                distance = -length / 2;
                lower = distance;
                upper = 0;
                value = evaluate();
            }
            double width = upper - lower;
            for (int step = 0; step < STEPS && !isSmall(value); step++) {
                if (value < 0) {
                    lower = distance;
                } else {
                    upper = distance;
                }
                double next = distance + step(value);
                boolean isSlow = step % 4 == 3 && upper - lower > width / 4;
                if (step % 4 == 3) {
                    width = upper - lower;
                }
                if (isSlow || !(next > lower && next < upper)) {
                    next = between();
                }
                if (next == distance || !(next > lower && next < upper)) {
                    break;
                }
                distance = next;
                value = evaluate();
            }
        }

        /** Inside the bracket, in the middle of its logarithms where these are far apart. */
        private double between() {
            if (lower > 0 && upper > 64 * lower) {
                return Math.sqrt(lower) * Math.sqrt(upper);
            }
            if (upper < 0 && lower < 64 * upper) {
                return -Math.sqrt(-lower) * Math.sqrt(-upper);
            }
            if (lower == 0) {
                return upper / 64;
            }
            return upper == 0 ? lower / 64 : lower + (upper - lower) / 2;
        }

        private double evaluate() {
            double sum = 0;
            double slope = 0;
            for (int p = 0; p <= index; p++) {
                double t = z[p] / (poles(p, base) - distance);
                sum += z[p] * t;
                slope += t * t;
            }
            below = sum;
            belowSlope = slope;
            sum = 0;
            slope = 0;
            for (int p = count - 1; p > index; p--) {
                double t = z[p] / (poles(p, base) - distance);
                sum += z[p] * t;
                slope += t * t;
            }
            above = sum;
            aboveSlope = slope;
            return constant + below + above;
        }

        private boolean isSmall(double value) {
            double error =
                    constant + 8 * (above - below) + Math.abs(distance) * (belowSlope + aboveSlope);
            return !(Math.abs(value) > EPSILON * error);
        }

        /** How far the root of the interpolating rational function is. */
        private double step(double value) {
            double left = poles(index, base) - distance;
            double right =
                    isLast
                            ? poles(index, base) + sumOfSquares - distance
                            : poles(index + 1, base) - distance;
            double product = left * right;
            double c = value - left * belowSlope - right * aboveSlope;
            double a = (left + right) * value - product * (belowSlope + aboveSlope);
            double b = product * value;
            double root = Math.sqrt(Math.max(0, a * a - 4 * b * c));
            double eta = a <= 0 ? (a - root) / (2 * c) : 2 * b / (a + root);
            if (!(value * eta < 0)) {
                eta = -value / (belowSlope + aboveSlope);
            }
            return eta;
        }
    }

    /**
     * The magnitude of z_p for which the computed roots are exact; all roots must be solved. Its
     * sign is that of z_p.
     */
    double weight(int p) {
        double product = -gap(p, count - 1) * constant;
        for (int j = 0; j < p; j++) {
            product *= gap(p, j) / poles(p, j);
        }
        for (int j = p; j < count - 1; j++) {
            product *= gap(p, j) / poles(p, j + 1);
        }
        return Math.copySign(Math.sqrt(Math.abs(product)), z[p]);
    }
}
