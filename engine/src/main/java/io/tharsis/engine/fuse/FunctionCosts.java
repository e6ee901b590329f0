package io.tharsis.engine.fuse;

import io.tharsis.DType;
import io.tharsis.engine.graph.ElementFunction;
import io.tharsis.engine.graph.Op;
import io.tharsis.kernels.ir.ProgramBuilder;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many kernel operations a function of elements is worth, found by lowering it once for
 * doubles.
 */
final class FunctionCosts {
    private static final Map<ElementFunction, Integer> KNOWN = new ConcurrentHashMap<>();
    private static final int RANDOM = 40;
    private static final int UNKNOWN = 4;

    private FunctionCosts() {}

    static int of(Op op) {
        return switch (op) {
            case Op.Elementwise elementwise ->
                    KNOWN.computeIfAbsent(elementwise.function(), FunctionCosts::measure);
            case Op.RandomBits _ -> RANDOM;
            default -> 0;
        };
    }

    private static int measure(ElementFunction function) {
        for (DType type : new DType[] {DType.FLOAT64, DType.INT64, DType.UINT64}) {
            for (int arity = 1; arity <= 3; arity++) {
                DType[] types = new DType[arity];
                Arrays.fill(types, type);
                int cost =
                        Math.max(
                                lowered(function, types, DType.FLOAT64),
                                lowered(function, types, type));
                if (cost > 0) {
                    return cost;
                }
            }
        }
        return UNKNOWN;
    }

    /** Nodes of the function's program, 0 if it is not a function of these types. */
    private static int lowered(ElementFunction function, DType[] types, DType result) {
        try {
            var b = new ProgramBuilder();
            int[] args = new int[types.length];
            for (int i = 0; i < args.length; i++) {
                args[i] = b.param(i, types[i].format().lane());
            }
            return Math.max(1, function.lower(b, types, result, args) + 1 - args.length);
        } catch (RuntimeException _) {
            return 0;
        }
    }
}
