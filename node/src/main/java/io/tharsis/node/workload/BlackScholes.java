package io.tharsis.node.workload;

import static io.tharsis.Tensors.abs;
import static io.tharsis.Tensors.exp;
import static io.tharsis.Tensors.log;
import static io.tharsis.Tensors.random;
import static io.tharsis.Tensors.sqrt;
import static io.tharsis.Tensors.where;

import io.tharsis.Random;
import io.tharsis.Tensor;

/** Prices of European calls and puts: some hundred operations on three inputs, with two results. */
final class BlackScholes extends Workload {
    private static final double RATE = 0.05;
    private static final double VOLATILITY = 0.2;

    /**
     * Hart's approximation of the normal distribution, as in G. West, Better approximations to
     * cumulative normal functions (2005).
     */
    private static final double[] NUMERATOR = {
        0.0352624965998911,
        0.700383064443688,
        6.37396220353165,
        33.912866078383,
        112.079291497871,
        221.213596169931,
        220.206867912376
    };

    private static final double[] DENOMINATOR = {
        0.0883883476483184,
        1.75566716318264,
        16.064177579207,
        86.7807322029461,
        296.564248779674,
        637.333633378831,
        793.826512519948,
        440.413735824752
    };

    BlackScholes() {
        super("black-scholes", "prices of n calls and n puts, kept", 10_000_000);
    }

    @Override
    public Run prepare(long size) {
        Random random = random(0);
        Tensor spot = random.uniform(10.0, 50.0, size).execute();
        Tensor strike = random.uniform(10.0, 50.0, size).execute();
        Tensor years = random.uniform(0.25, 2.0, size).execute();
        return new Kept(size, 40 * size) {
            @Override
            Tensor[] build() {
                Tensor deviation = sqrt(years).times(VOLATILITY);
                Tensor d1 =
                        log(spot.div(strike))
                                .plus(years.times(RATE + VOLATILITY * VOLATILITY / 2))
                                .div(deviation);
                Tensor share = normalCdf(d1);
                Tensor discounted = strike.times(exp(years.times(-RATE)));
                Tensor call =
                        spot.times(share).minus(discounted.times(normalCdf(d1.minus(deviation))));
                return new Tensor[] {call, call.minus(spot).plus(discounted)};
            }
        };
    }

    private static Tensor normalCdf(Tensor x) {
        Tensor size = abs(x);
        Tensor tail =
                exp(size.square().times(-0.5))
                        .times(polynomial(NUMERATOR, size))
                        .div(polynomial(DENOMINATOR, size));
        return where(x.gt(0), tail.unaryMinus().plus(1), tail);
    }

    /** By Horner's rule, highest power first. */
    private static Tensor polynomial(double[] coefficients, Tensor x) {
        Tensor sum = x.times(coefficients[0]).plus(coefficients[1]);
        for (int i = 2; i < coefficients.length; i++) {
            sum = sum.times(x).plus(coefficients[i]);
        }
        return sum;
    }
}
