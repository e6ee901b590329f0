package io.tharsis.kernels.ir;

/** The operators of the kernel language. Each has one exact meaning, shared by every backend. */
public final class Ops {
    private Ops() {}

    /** Operators of one argument; argument and result have the same lane. */
    public enum UnaryOp {
        /** Negation; wraps for integers, flips the sign bit for floats. */
        NEG,
        /** Absolute value; wraps for integers, clears the sign bit for floats. */
        ABS,
        /** Correctly rounded square root; float lanes only. */
        SQRT,
        /** Bitwise complement of integers, logical complement of masks. */
        NOT
    }

    /** Operators of two arguments; arguments and result have the same lane. */
    public enum BinaryOp {
        ADD,
        SUB,
        MUL,
        /** IEEE division; float lanes only. */
        DIV,
        /**
         * As {@link Math#min(double, double)}: NaN wins, -0.0 is less than 0.0; signed for
         * integers.
         */
        MIN,
        /** As {@link Math#max(double, double)}. */
        MAX,
        /** Bitwise for integers, logical for masks. */
        AND,
        OR,
        XOR,
        /**
         * Shifts of integer lanes; only the low 5 (I32) or 6 (I64) bits of the distance count, as
         * in Java.
         */
        SHL,
        SHR,
        USHR,
        /**
         * Integer division rounding to minus infinity; 0 where the divisor is 0; MIN / -1 wraps. No
         * vector form.
         */
        FLOOR_DIV,
        /** Integer remainder with the divisor's sign; 0 where the divisor is 0. No vector form. */
        FLOOR_MOD,
        /**
         * Integer remainder with the dividend's sign, as Java's %; 0 where the divisor is 0. No
         * vector form.
         */
        REM,
        /** Unsigned division and remainder; 0 where the divisor is 0. No vector form. */
        UDIV,
        UREM,
        /**
         * Integer power by squaring, wrapping; a negative exponent gives 0 unless the base is 1 or
         * -1. No vector form.
         */
        IPOW;

        /**
         * False for the operators that no vector instruction computes; a program with one of them
         * runs on the scalar twin.
         */
        public boolean hasVectorForm() {
            return this.ordinal() < FLOOR_DIV.ordinal();
        }
    }

    /**
     * Comparisons; signed for integers; every one but NE is false when an argument is NaN. EQ and
     * NE also compare masks.
     */
    public enum CompareOp {
        EQ,
        NE,
        LT,
        LE,
        GT,
        GE;

        /** The comparison of {@code b} with {@code a} that says what this one of a with b says. */
        public CompareOp mirrored() {
            return switch (this) {
                case EQ, NE -> this;
                case LT -> GT;
                case LE -> GE;
                case GT -> LT;
                case GE -> LE;
            };
        }
    }

    /** Associative operators of a reduction. Integer arithmetic wraps. */
    public enum FoldOp {
        ADD,
        MUL,
        MIN,
        MAX,
        AND,
        OR,
        XOR;

        /** The same operator as a {@link BinaryOp}. */
        public BinaryOp binary() {
            return BinaryOp.valueOf(name());
        }

        /**
         * The bits of the identity for {@code lane}; -0.0 for float addition, since {@code x +
         * -0.0} is {@code x} for every x.
         */
        public long identity(Lane lane) {
            boolean wide = lane == Lane.F64 || lane == Lane.I64;
            return switch (lane) {
                case F32, F64 -> {
                    double value =
                            switch (this) {
                                case ADD -> -0.0;
                                case MUL -> 1.0;
                                case MIN -> Double.POSITIVE_INFINITY;
                                case MAX -> Double.NEGATIVE_INFINITY;
                                case AND, OR, XOR ->
                                        throw new IllegalArgumentException(
                                                this + " has no float form");
                            };
                    yield wide
                            ? Double.doubleToRawLongBits(value)
                            : Float.floatToRawIntBits((float) value);
                }
                case I32, I64 ->
                        switch (this) {
                            case ADD, OR, XOR -> 0L;
                            case MUL -> 1L;
                            case MIN -> wide ? Long.MAX_VALUE : Integer.MAX_VALUE;
                            case MAX -> wide ? Long.MIN_VALUE : Integer.MIN_VALUE;
                            case AND -> -1L;
                        };
                case MASK -> throw new IllegalArgumentException("masks are folded as integers");
            };
        }
    }

    /** How a kernel walks an input. */
    public enum Access {
        /** Element i of the run is at byteOffset + i * byteSize. */
        CONTIGUOUS,
        /** One element, at byteOffset, serves the whole run. */
        UNIFORM
    }
}
