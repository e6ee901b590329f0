package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;

import java.lang.classfile.CodeBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Emits the consecutive elements of a {@link Node.PhiloxStream}. The main loop starts at the first
 * element of a block, so one evaluation over consecutive blocks yields several consecutive vectors
 * of elements by interleaving; the rest loop starts anywhere, evaluates each element's block and
 * picks the element's words.
 */
final class StreamWriter {
    private final CodeBuilder code;
    private final LongOps ops;
    private final Layout layout;
    private final int copies;
    private final boolean consecutive;

    /** Per stream node the vector of its first blocks or elements. */
    private final Map<Node.PhiloxStream, Integer> starts = new HashMap<>();

    /** Per stream node the int lanes of a vector among the ints of its first blocks. */
    private final Map<Node.PhiloxStream, Integer> firstInts = new HashMap<>();

    private int interleaveLow = -1;
    private int interleaveHigh;
    private int doubleLow;
    private int doubleHigh;
    private int halves;

    StreamWriter(CodeBuilder code, LongOps ops, Layout layout, int copies) {
        this.code = code;
        this.ops = ops;
        this.layout = layout;
        this.copies = copies;
        this.consecutive = copies > 1;
    }

    void prepare(Node.PhiloxStream stream) {
        if (!consecutive && !isHalved(stream)) {
            starts.put(
                    stream,
                    ops.sequence(
                            () -> KernelWriter.pushFrameLong(code, "bases", stream.slot()), 1));
            return;
        }
        starts.put(
                stream,
                ops.sequence(
                        () -> {
                            KernelWriter.pushFrameLong(code, "bases", stream.slot());
                            code.loadConstant(elementsLog2(stream)).lushr();
                        },
                        1));
        if (interleaveLow < 0) {
            interleavings();
        }
        if (!consecutive) {
            firstInts.put(
                    stream,
                    ops.intSequence(
                            () -> {
                                KernelWriter.pushFrameLong(code, "bases", stream.slot());
                                code.l2i().iconst_3().iand();
                            }));
        }
    }

    /** Lane indexes 0, n, 1, n + 1, ... of two vectors of n lanes, and 0, 0, 1, 1, ... of one. */
    private void interleavings() {
        int lanes = ops.laneCount();
        int iota = ops.sequence(() -> code.lconst_0(), 1);
        int odd = ops.and(iota, ops.broadcast(() -> code.lconst_1()));
        doubleLow = ops.shift("LSHR", iota, 1L);
        doubleHigh = ops.addScalar(doubleLow, () -> code.loadConstant(lanes / 2L));
        interleaveLow =
                ops.or(
                        doubleLow,
                        ops.shift("LSHL", odd, (long) Integer.numberOfTrailingZeros(lanes)));
        interleaveHigh = ops.addScalar(interleaveLow, () -> code.loadConstant(lanes / 2L));
        halves = ops.shift("LSHL", odd, 5L);
    }

    /**
     * Copy to local of the elements from element {@code index} on.
     *
     * @param evaluate counters to words, with rubbish in the high halves
     * @param clean clears the high halves
     */
    int[] elements(
            Node.PhiloxStream stream,
            int index,
            Function<int[], int[][]> evaluate,
            UnaryOperator<int[]> clean) {
        if (consecutive) {
            return fromBlocks(stream, index, evaluate, clean);
        }
        return new int[] {
            isHalved(stream)
                    ? window(stream, index, evaluate, clean)
                    : pick(stream, index, evaluate, clean)
        };
    }

    private int[] fromBlocks(
            Node.PhiloxStream stream,
            int index,
            Function<int[], int[][]> evaluate,
            UnaryOperator<int[]> clean) {
        int perEvaluation = layout.vectorsPerEvaluation(stream);
        int evaluations = copies / perEvaluation;
        int[][] words = evaluate.apply(blocks(stream, index, evaluations));
        int[] result = new int[copies];
        for (int i = 0; i < evaluations; i++) {
            int[] longs = interleave(words, i, clean);
            for (int j = 0; j < perEvaluation; j++) {
                result[i * perEvaluation + j] =
                        stream.lane() == Lane.I64
                                ? longs[j]
                                : isHalved(stream)
                                        ? ops.asInts(longs[j])
                                        : halfOfInts(longs[j / 2], j % 2 == 0);
            }
        }
        return result;
    }

    /** Counters of consecutive blocks from the block of element {@code index} on. */
    private int[] blocks(Node.PhiloxStream stream, int index, int evaluations) {
        int[] blocks = new int[evaluations];
        for (int i = 0; i < blocks.length; i++) {
            long offset = (long) i * ops.laneCount();
            blocks[i] =
                    ops.addScalar(
                            starts.get(stream),
                            () ->
                                    code.iload(index)
                                            .loadConstant(elementsLog2(stream))
                                            .ishr()
                                            .i2l()
                                            .loadConstant(offset)
                                            .ladd());
        }
        return blocks;
    }

    /** All words of consecutive blocks in order, as two vectors of longs. */
    private int[] interleave(int[][] words, int evaluation, UnaryOperator<int[]> clean) {
        int[] low = clean.apply(new int[] {words[0][evaluation], words[2][evaluation]});
        int first = ops.pair(low[0], words[1][evaluation]);
        int second = ops.pair(low[1], words[3][evaluation]);
        return new int[] {
            ops.select(interleaveLow, first, second), ops.select(interleaveHigh, first, second)
        };
    }

    /**
     * A vector of ints from any element on: its blocks are fewer than the lanes of a vector of
     * longs.
     */
    private int window(
            Node.PhiloxStream stream,
            int index,
            Function<int[], int[][]> evaluate,
            UnaryOperator<int[]> clean) {
        int[] longs = interleave(evaluate.apply(blocks(stream, index, 1)), 0, clean);
        return ops.selectInts(firstInts.get(stream), ops.asInts(longs[0]), ops.asInts(longs[1]));
    }

    /** One half of the ints in a vector of longs, as a vector of half the size. */
    private int halfOfInts(int longs, boolean low) {
        int doubled = ops.select(low ? doubleLow : doubleHigh, longs);
        return ops.toInts(ops.shift("LSHR", doubled, halves), layout.bits(Lane.I32));
    }

    /** A vector of elements from any element on, each from an evaluation of its own block. */
    private int pick(
            Node.PhiloxStream stream,
            int index,
            Function<int[], int[][]> evaluate,
            UnaryOperator<int[]> clean) {
        int elements = ops.addScalar(starts.get(stream), () -> code.iload(index).i2l());
        int[] block = {ops.shift("LSHR", elements, (long) elementsLog2(stream))};
        int[][] words = evaluate.apply(block);
        int[] clean0 = clean.apply(words[0]);
        int[] clean2 = clean.apply(words[2]);
        int odd = ops.hasBit(elements, 1);
        if (stream.lane() == Lane.I64) {
            return ops.pair(
                    ops.blend(clean0[0], clean2[0], odd), ops.blend(words[1][0], words[3][0], odd));
        }
        int low = ops.blend(clean0[0], clean.apply(words[1])[0], odd);
        int high = ops.blend(clean2[0], clean.apply(words[3])[0], odd);
        return ops.toInts(ops.blend(low, high, ops.hasBit(elements, 2)), layout.bits(Lane.I32));
    }

    /** True if an int vector has twice the lanes of a vector of longs. */
    private boolean isHalved(Node.PhiloxStream stream) {
        return stream.lane() == Lane.I32 && layout.laneCount() > ops.laneCount();
    }

    private static int elementsLog2(Node.PhiloxStream stream) {
        return stream.lane() == Lane.I64 ? 1 : 2;
    }
}
