package io.tharsis.kernels.ir;

import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;

/**
 * One step of a {@link Program}: an expression over the numbers of earlier steps. Arguments are
 * positions in the program's node list, always smaller than the node's own, so a program is acyclic
 * by construction, hashing is flat, and no pass recurses.
 *
 * <p>"Element i" below is the i-th element of the run a kernel is called for, {@code 0 <= i < n}.
 */
public sealed interface Node {
    /** What this node's value is. */
    Lane lane();

    /** Element i of input {@code input}, widened from {@code format} to its lane. */
    record Load(int input, Format format, Access access) implements Node {
        @Override
        public Lane lane() {
            return format.lane();
        }
    }

    /**
     * A literal of the algorithm (a polynomial's coefficient), part of the kernel's identity;
     * 32-bit lanes use the low bits.
     */
    record Const(Lane lane, long bits) implements Node {}

    /**
     * A number of the user's, passed with each call and so not part of the kernel's identity; never
     * {@link Lane#MASK}.
     */
    record Param(int param, Lane lane) implements Node {}

    /** {@code indexBases[slot] + i}. */
    record Index(int slot) implements Node {
        @Override
        public Lane lane() {
            return Lane.I64;
        }
    }

    /**
     * One 32-bit word, zero-extended, of the Philox4x32-10 block whose counter is {@code (counter,
     * stream)}, low word first, and whose key is {@code key}; all three are I64 nodes, key and
     * stream are parameters. Nodes that differ only in {@code word} (0 to 3) share one evaluation.
     */
    record Philox(int counter, int key, int stream, int word) implements Node {
        @Override
        public Lane lane() {
            return Lane.I64;
        }
    }

    /**
     * Random bits of consecutive elements, e = indexBases[slot] + i. {@code I64}: words 2p (low
     * half) and 2p+1 (high half) of block e / 2, p = e mod 2. {@code I32}: word e mod 4 of block e
     * / 4. Key and stream as in {@link Philox}.
     */
    record PhiloxStream(int slot, int key, int stream, Lane lane) implements Node {}

    record Unary(UnaryOp op, int a, Lane lane) implements Node {}

    record Binary(BinaryOp op, int a, int b, Lane lane) implements Node {}

    /** {@code a * b + c} rounded once; float lanes. */
    record Fma(int a, int b, int c, Lane lane) implements Node {}

    /** {@code mask ? a : b}. */
    record Select(int mask, int a, int b, Lane lane) implements Node {}

    /** Arguments have lane {@code of}. */
    record Compare(CompareOp op, int a, int b, Lane of) implements Node {
        @Override
        public Lane lane() {
            return Lane.MASK;
        }
    }

    /**
     * The number converted as by a Java cast: floats to integers truncate, saturate and send NaN to
     * 0; to a float rounds to nearest even. A mask converts to 0 or 1.
     */
    record Convert(int a, Lane from, Lane lane) implements Node {}

    /** The same bits seen as another lane of the same size. */
    record Reinterpret(int a, Lane from, Lane lane) implements Node {}

    /**
     * {@code guard ? function(a, b) : fast}, for arguments so rare that a vector loop should not
     * pay for them. A vector kernel computes {@code fast} and, if any guard held, hands the run to
     * the scalar twin; the twin calls the function.
     */
    record Rare(int fast, int guard, int a, int b, RareFunction function, Lane lane)
            implements Node {}
}
