package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

/** Builders of random operands: element-wise functions of the raw bits of one stream. */
public record RandomNumbers(long seed, long stream) {

    private Operand bits(DType type, long... shape) {
        Shapes.size(shape);
        return new Operand(new Op.RandomBits(seed, stream), type, shape.clone());
    }

    /** Uniform in [0, 1), float64 or float32. */
    public Operand uniform(DType type, long... shape) {
        if (!type.isFloat()) {
            throw new DTypeException("uniform makes float64 or float32, not " + type + "; for integers there is integers(low, high, ...)");
        }
        return Elementwise.apply(ElementOp.UNIFORM_01, type, bits(type == DType.FLOAT64 ? DType.UINT64 : DType.UINT32, shape));
    }

    /** Uniform in [low, high), float64. */
    public Operand uniform(double low, double high, long... shape) {
        Operand scaled = Elementwise.multiply(uniform(DType.FLOAT64, shape), Promotion.scalar(DType.FLOAT64, high - low));
        return Elementwise.add(scaled, Promotion.scalar(DType.FLOAT64, low));
    }
}
