package io.tharsis.engine.fuse;

import io.tharsis.DType;
import io.tharsis.engine.graph.ElementFunction;
import io.tharsis.engine.graph.Op;
import io.tharsis.kernels.ir.ProgramBuilder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many kernel operations a function of elements is worth, found by lowering it once for doubles. */
final class FunctionCosts {
    private static final Map<ElementFunction, Integer> KNOWN = new ConcurrentHashMap<>();
    private static final int RANDOM = 40;
    private static final int UNKNOWN = 4;

    private FunctionCosts() {}

    static int of(Op op) {
        return switch (op) {
            case Op.Elementwise elementwise -> KNOWN.computeIfAbsent(elementwise.function(), FunctionCosts::measure);
            case Op.RandomBits _ -> RANDOM;
            default -> 0;
        };
    }

    private static int measure(ElementFunction function) {
        for (int arity = 1; arity <= 3; arity++) {
            try {
                var b = new ProgramBuilder();
                DType[] types = new DType[arity];
                int[] args = new int[arity];
                for (int i = 0; i < arity; i++) {
                    types[i] = DType.FLOAT64;
                    args[i] = b.param(i, types[i].format().lane());
                }
                int result = function.lower(b, types, DType.FLOAT64, args);
                return Math.max(1, result + 1 - arity);
            } catch (RuntimeException _) {
                // not a function of this many doubles
            }
        }
        return UNKNOWN;
    }
}
