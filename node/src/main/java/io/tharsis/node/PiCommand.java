package io.tharsis.node;

import static io.tharsis.Tensors.seed;
import static io.tharsis.Tensors.sqrt;
import static io.tharsis.Tensors.uniform;

import io.tharsis.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * {@code tharsis pi}: the share of random points of the unit square that lie within the circle,
 * times four.
 */
@Command(
        name = "pi",
        description = {
            "Estimate pi by counting random points in a circle.",
            "The program is sqrt(uniform(n, 2).square().sum(1)).lt(1).sum(): one fused kernel,"
                    + " memory independent of n."
        })
final class PiCommand implements Runnable {
    @Option(
            names = {"-n", "--points"},
            paramLabel = "N",
            defaultValue = "1e9",
            converter = Counts.class,
            description = "Random points, as 1e9 or 200_000_000; ${DEFAULT-VALUE} if not given.")
    private long points;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "Seed of the points; ${DEFAULT-VALUE} if not given.")
    private long seed;

    @Mixin private SessionOptions options;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        try (Session session = options.open();
                Session.Binding _ = session.bind()) {
            seed(seed);
            long start = System.nanoTime();
            long inside = sqrt(uniform(points, 2).square().sum(1)).lt(1).sum().itemLong();
            double seconds = (System.nanoTime() - start) / 1e9;
            print(4.0 * inside / points, seconds);
        }
    }

    private void print(double pi, double seconds) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "pi        %.9f%n", pi);
        out.printf(Locale.ROOT, "error     %+.1e%n", pi - Math.PI);
        out.printf(Locale.ROOT, "points    %,d%n", points);
        out.printf(Locale.ROOT, "time      %.3f s%n", seconds);
        out.printf(Locale.ROOT, "speed     %.3g points/s%n", points / seconds);
        out.printf(Locale.ROOT, "peak RSS  %s%n", PeakMemory.text());
        out.flush();
    }
}
