package io.tharsis.kernels.ir;

/**
 * A scalar function for rare arguments of {@link Node.Rare}, identified by name so that equal
 * programs stay equal. Implementations are enum constants or other singletons; they are pure and
 * thread-safe.
 */
public interface RareFunction {
    /** A name unique among all rare functions, printed in programs. */
    String name();

    /** For F64 lanes; {@code b} is ignored by functions of one argument. */
    double apply(double a, double b);

    /** For F32 lanes. */
    float apply(float a, float b);
}
