import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.concatenate;
import static io.tharsis.Tensors.exponential;
import static io.tharsis.Tensors.hypot;
import static io.tharsis.Tensors.integers;
import static io.tharsis.Tensors.maximum;
import static io.tharsis.Tensors.minimum;
import static io.tharsis.Tensors.normal;
import static io.tharsis.Tensors.of;
import static io.tharsis.Tensors.ones;
import static io.tharsis.Tensors.seed;
import static io.tharsis.Tensors.sqrt;
import static io.tharsis.Tensors.stack;
import static io.tharsis.Tensors.uniform;
import static io.tharsis.Tensors.where;
import static io.tharsis.Tensors.zeros;

import io.tharsis.DType;
import io.tharsis.Tensor;
import io.tharsis.node.Main;

import jdk.jshell.tool.JavaShellToolBuilder;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * What the launcher runs once after a build, through {@code tharsis run}, while the JVM records
 * classes and method profiles for its ahead-of-time cache: some seconds of what programs usually do
 * at their start. Above all it makes and evaluates expressions that are new to the JVM, since that
 * is what a young one is slow at. Compiled loops are not part of the cache; the code that plans,
 * generates and interprets them is.
 *
 * <p>To record more: one more line in {@link #UNARY}, {@link #BINARY}, {@link #ENDS} or {@link
 * #others}.
 */
final class Warmup {
    private static final long NANOSECONDS = 3_000_000_000L;

    private static final List<UnaryOperator<Tensor>> UNARY =
            List.of(
                    a -> a.plus(1).times(2),
                    a -> a.abs().sqrt(),
                    a -> a.unaryMinus().exp(),
                    a -> a.sin().plus(a.cos()),
                    a -> a.square().log1p(),
                    a -> a.tanh(),
                    a -> a.minus(0.5).abs(),
                    a -> a.abs().plus(1).log(),
                    a -> a.abs().pow(1.5),
                    a -> a.pow(3),
                    a -> a.clip(-1.0, 1.0),
                    a -> a.astype(DType.FLOAT32).times(2),
                    a -> a.times(100).astype(DType.INT32),
                    a -> a.times(1000).floor().astype(DType.INT64).rem(7),
                    a -> a.round(),
                    a -> where(a.gt(0.5), a, 0.25));

    private static final List<BinaryOperator<Tensor>> BINARY =
            List.of(
                    Tensor::plus,
                    Tensor::minus,
                    Tensor::times,
                    (a, b) -> a.div(b.plus(2)),
                    (a, b) -> hypot(a, b),
                    (a, b) -> maximum(a, b),
                    (a, b) -> minimum(a, b),
                    (a, b) -> where(a.lt(b), a.div(2), b.times(3)),
                    (a, b) -> a.minus(b).square(),
                    (a, b) -> a.gt(b));

    private static final List<UnaryOperator<Tensor>> ENDS =
            List.of(
                    a -> a,
                    a -> a.sum(),
                    a -> a.mean(),
                    a -> a.max(),
                    a -> a.min(),
                    a -> a.astype(DType.FLOAT64).std(),
                    a -> a.reshape(1000, -1).sum(0),
                    a -> a.reshape(-1, 10).mean(1),
                    a -> a.reshape(1000, -1).max(1),
                    a -> a.gt(0.5).sum(),
                    a -> a.get("::2"),
                    a -> a.reshape(1000, -1).T());

    private Warmup() {}

    public static void main(String[] args) {
        PrintStream out = System.out;
        System.setOut(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try {
            Main.main(new String[] {"version"});
            Main.main(new String[] {"help"});
            Main.main(new String[] {"pi", "--points", "1e6"});
            shell();
            expressions();
            others();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "the warm-up failed; the launcher starts without its cache", e);
        } finally {
            System.setOut(out);
        }
    }

    /** New combinations, over a million elements and over a thousand, for some seconds. */
    private static void expressions() {
        Random random = new Random(1);
        seed(1);
        long end = System.nanoTime() + NANOSECONDS;
        int count = 0;
        while (System.nanoTime() < end) {
            long length = count++ % 3 == 0 ? 1_000_000 : 1_000;
            Tensor a = (count % 2 == 0 ? uniform(length) : normal(length)).execute();
            Tensor b = uniform(length).execute();
            Tensor inner =
                    pick(random, BINARY)
                            .apply(pick(random, UNARY).apply(a), pick(random, UNARY).apply(b));
            pick(random, ENDS).apply(inner).execute().close();
            pick(random, ENDS).apply(pick(random, BINARY).apply(a, b)).execute().close();
            pick(random, UNARY).apply(a).execute().close();
            a.close();
            b.close();
        }
    }

    private static void others() {
        Tensor table = normal(200, 50).execute();
        table.show();
        table.get("3:9, ::5").show();
        table.get(2).sum().show();
        table.softmax(1).sum().item();
        table.sort(1).toDoubleArray();
        table.argmax(1).toLongArray();
        table.median(0).show();
        table.minus(table.mean(0)).div(table.std(0)).var(1).show();
        table.set("1, :", 0).cumsum(1).execute();
        table.T().plus(of(1, 2).sum()).execute();
        concatenate(table, table.flip(0)).execute();
        stack(table, zeros(200, 50)).execute();
        table.get(table.gt(0)).mean().item();
        table.take(integers(0, 200, 20), 0).execute();
        arange(1000).rem(7).unique().toArray();
        arange(24).reshape(2, 3, 4).transpose(2, 0, 1).expandDims(0).squeeze().show();
        exponential(1000).plus(ones(1000)).prod().item();
        of(1, 2, 3).eq(2).any().itemBoolean();
        sqrt(uniform(1_000_000, 2).square().sum(1)).lt(1).mean().item();
        System.out.println(table + table.plus(1).explain());
    }

    /**
     * JShell as {@code tharsis shell} starts it, but with a history and preferences that are
     * forgotten.
     */
    private static void shell() throws Exception {
        String snippets =
                "import io.tharsis.*;\n"
                        + "import static io.tharsis.Tensors.*;\n"
                        + "var x = arange(10)\n"
                        + "x.sum().item()\n"
                        + "/exit\n";
        JavaShellToolBuilder.builder()
                .in(new ByteArrayInputStream(snippets.getBytes(StandardCharsets.UTF_8)), null)
                .out(System.out)
                .persistence(new HashMap<>())
                .start(
                        "--execution",
                        "local",
                        "--class-path",
                        System.getProperty("java.class.path"));
    }

    private static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
