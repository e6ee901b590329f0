package io.tharsis.kernels.random;

import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.ir.RareFunction;
import io.tharsis.kernels.math.Logarithms;

/**
 * The inverse of the normal distribution function, as x P(w) with w = -log(1 - x^2) for the
 * quantile of (1 + x) / 2, in three pieces (the form of Giles, "Approximating the erfinv function",
 * 2011; coefficients by {@code src/main/generator/minimax.py}, relative error below 2^-52). The
 * farthest piece, reached once in 10^7 draws, takes the rare path.
 */
final class NormalQuantile {
    private static final double CENTRAL_LIMIT = 6.25;
    private static final double TAIL_LIMIT = 16;

    /** In w - 3.125; {@code quantile_central}. */
    private static final double[] CENTRAL = {
        2.3386207100265937,
        0.3396349587011405,
        -0.008532899177272794,
        -0.0010475115695006813,
        0.0002640820495640602,
        -1.9632852822628493e-05,
        -1.931065067130249e-06,
        5.988894346528301e-07,
        -4.111170699120873e-08,
        -5.816144429694181e-09,
        1.486636493144277e-09,
        -7.658493394192194e-11,
        -1.8348959373896875e-11,
        3.724228351222656e-12,
        -1.154111018079012e-13,
        -5.732493142524976e-14,
        9.402538134235341e-15,
        2.842617975778588e-17,
        -1.8972755590149747e-16,
        1.5835321370016528e-17,
        1.8699136713526418e-18,
        -2.3938094207920083e-19,
        -6.114756293834484e-21
    };

    /** In sqrt(w) - 3.25; {@code quantile_tail}. */
    private static final double[] TAIL = {
        4.36127285516533,
        1.4216508658102576,
        0.007595620204051829,
        -0.005305009946734924,
        0.0035234312013395883,
        -0.002387582187338016,
        0.001348154785118665,
        -0.0005020988876417391,
        3.3984981011098444e-05,
        9.656942856999724e-05,
        -6.691735570614731e-05,
        1.7642527240218103e-05,
        4.13218737890697e-06,
        -5.676054695151101e-06,
        2.1290398403791577e-06,
        2.5382451438614197e-08,
        -3.9279506514992866e-07,
        1.2851932380239245e-07,
        4.566521568854604e-09
    };

    /** In sqrt(w) - 5; {@code quantile_far}. */
    private static final double[] FAR = {
        6.858803409112111,
        1.4287806194832653,
        -0.00019617874133902232,
        -0.0003040985109485163,
        0.00010747355119619863,
        -2.783423858083347e-05,
        6.4008206617067085e-06,
        -1.4042840114790085e-06,
        3.2385751000328946e-07,
        -9.577444707783567e-08,
        4.122653741732387e-08,
        -2.1134918592165608e-08,
        1.0768630253010548e-08,
        -5.374784837270651e-09,
        2.1304974024218827e-09,
        -3.569443302361721e-10,
        -3.729088554889106e-11
    };

    private NormalQuantile() {}

    /** The quantile of {@code q} for q in [2^-55, 1/2), negated: positive; {@code q} is F64. */
    static int upper(ProgramBuilder b, int q) {
        int fourQ = b.mul(q, b.constant(4.0));
        int w = b.neg(Logarithms.logNormal(b, b.fma(b.neg(fourQ), q, fourQ)));
        int x = b.fma(q, b.constant(-2.0), b.constant(1.0));
        int central = polynomial(b, b.sub(w, b.constant(3.125)), CENTRAL);
        int tail = polynomial(b, b.sub(b.sqrt(w), b.constant(3.25)), TAIL);
        int factor = b.select(b.compare(CompareOp.LT, w, b.constant(CENTRAL_LIMIT)), central, tail);
        return b.rare(
                b.mul(x, factor),
                b.compare(CompareOp.GT, w, b.constant(TAIL_LIMIT)),
                w,
                x,
                Far.NORMAL_QUANTILE_FAR);
    }

    private static int polynomial(ProgramBuilder b, int v, double[] coefficients) {
        int square = b.mul(v, v);
        int last = coefficients.length - 1;
        int even = b.constant(coefficients[last]);
        int odd = b.constant(coefficients[last - 1]);
        for (int k = last - 2; k >= 0; k -= 2) {
            even = b.fma(even, square, b.constant(coefficients[k]));
            if (k > 0) {
                odd = b.fma(odd, square, b.constant(coefficients[k - 1]));
            }
        }
        return b.fma(odd, v, even);
    }

    private enum Far implements RareFunction {
        NORMAL_QUANTILE_FAR;

        @Override
        public double apply(double w, double x) {
            double v = Math.sqrt(w) - 5;
            double p = 0;
            for (int k = FAR.length - 1; k >= 0; k--) {
                p = Math.fma(p, v, FAR[k]);
            }
            return x * p;
        }

        @Override
        public float apply(float w, float x) {
            return (float) apply((double) w, (double) x);
        }
    }
}
