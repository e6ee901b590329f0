package io.tharsis.engine.chunked;

import io.tharsis.engine.functions.Scans;
import io.tharsis.engine.functions.Searching;
import io.tharsis.engine.functions.Sorting;
import io.tharsis.engine.graph.Operand;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Every function against NumPy, through its builder. */
class ChunkedGoldenTest {

    @FunctionalInterface
    private interface AlongAxis {
        Operand build(Operand x, int axis);
    }

    private static Golden.Subject axis(AlongAxis along, Function<Operand, Operand> flat) {
        return (arguments, inputs) -> arguments[0].equals("None")
                ? flat.apply(inputs[0])
                : along.build(inputs[0], Integer.parseInt(arguments[0]));
    }

    @Test
    void shouldSortAsNumPyDoes() {
        Golden.check(
                "sorting.txt",
                true,
                Map.of("sort", axis(Sorting::sort, Sorting::sortFlat), "argsort", axis(Sorting::argsort, Sorting::argsortFlat)));
    }

    @Test
    void shouldAccumulateWithNumPysBits() {
        Golden.check(
                "scans.txt",
                false,
                Map.of("cumsum", axis(Scans::cumsum, Scans::cumsumFlat), "cumprod", axis(Scans::cumprod, Scans::cumprodFlat)));
    }

    @Test
    void shouldSearchAsNumPyDoes() {
        Golden.check(
                "searching.txt",
                false,
                Map.of(
                        "argmax", axis((x, a) -> Searching.argmax(x, a, false), Searching::argmaxFlat),
                        "argmin", axis((x, a) -> Searching.argmin(x, a, false), Searching::argminFlat)));
    }
}
