import static io.tharsis.Tensors.*;

import static java.lang.System.out;

import io.tharsis.Random;
import io.tharsis.Tensor;

/** Prices of ten million European options: ./tharsis run examples/BlackScholes.java [count] */
class BlackScholes {
    static final double RATE = 0.05;
    static final double VOLATILITY = 0.2;

    static void main(String[] args) {
        long count = args.length > 0 ? (long) Double.parseDouble(args[0]) : 10_000_000;
        Random random = random(42);
        Tensor spot = random.uniform(10.0, 50.0, count).execute();
        Tensor strike = random.uniform(10.0, 50.0, count).execute();
        Tensor years = random.uniform(0.25, 2.0, count).execute();

        long start = System.nanoTime();
        Tensor deviation = sqrt(years).times(VOLATILITY);
        Tensor d1 =
                log(spot.div(strike))
                        .plus(years.times(RATE + VOLATILITY * VOLATILITY / 2))
                        .div(deviation);
        Tensor d2 = d1.minus(deviation);
        Tensor discounted = strike.times(exp(years.times(-RATE)));
        Tensor call = spot.times(normalCdf(d1)).minus(discounted.times(normalCdf(d2)));
        Tensor put =
                discounted
                        .times(normalCdf(d2.unaryMinus()))
                        .minus(spot.times(normalCdf(d1.unaryMinus())));
        execute(call, put);
        double seconds = (System.nanoTime() - start) / 1e9;

        // A call less a put is worth the spot less the discounted strike, whatever the model.
        Tensor parity = abs(call.minus(put).minus(spot.minus(discounted))).max();
        out.printf("options       %,d in %.3f s%n", count, seconds);
        out.printf("mean call     %.4f%n", call.mean().item());
        out.printf("mean put      %.4f%n", put.mean().item());
        out.printf("parity error  %.1e%n", parity.item());
        out.printf("cdf(1)        %.12f%n", normalCdf(of(1.0)).item());
    }

    /** The normal distribution by Hart's rational approximation (G. West, 2005), to about 1e-15. */
    static Tensor normalCdf(Tensor x) {
        Tensor a = abs(x);
        Tensor tail =
                exp(a.square().times(-0.5))
                        .times(polynomial(NUMERATOR, a))
                        .div(polynomial(DENOMINATOR, a));
        return where(x.gt(0), tail.unaryMinus().plus(1), tail);
    }

    static Tensor polynomial(double[] coefficients, Tensor x) {
        Tensor sum = x.times(coefficients[0]).plus(coefficients[1]);
        for (int i = 2; i < coefficients.length; i++) {
            sum = sum.times(x).plus(coefficients[i]);
        }
        return sum;
    }

    static final double[] NUMERATOR = {
        0.0352624965998911,
        0.700383064443688,
        6.37396220353165,
        33.912866078383,
        112.079291497871,
        221.213596169931,
        220.206867912376
    };

    static final double[] DENOMINATOR = {
        0.0883883476483184,
        1.75566716318264,
        16.064177579207,
        86.7807322029461,
        296.564248779674,
        637.333633378831,
        793.826512519948,
        440.413735824752
    };
}
