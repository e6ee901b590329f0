package io.tharsis.kernels.vector;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Program;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;

/**
 * Emits Philox4x32-10 over full vectors of longs: each lane is one block, each word is in the low
 * half of a lane. The rounds of all copies are interleaved; the round keys are broadcast before the
 * loop.
 *
 * <p>Each operand of a multiplication comes from a shift right by 32 or from a mask: if both do, C2
 * makes it a 32 by 32 bit multiplication; one of 64 bits took twice the time of a whole kernel on
 * Intel. So what is multiplied next is mixed in the high halves, shifted round keys and all.
 */
final class PhiloxWriter {
    /** One evaluation: nodes that differ only in the word share it. */
    record Block(int counter, int key, int stream) {}

    private record Word(Block block, int word) {}

    private record Generator(int key, int stream) {}

    /**
     * Locals of what is the same for all blocks of a generator, since half of a block's counter is
     * the stream; in the high halves, with rubbish in the low ones.
     *
     * @param first what the first word takes in the first round beside the counter
     * @param third what the third word takes in the first round beside its product
     * @param second what the first word takes in the second round beside its product
     */
    private record Start(int first, int third, int second) {}

    private static final int LAST = PhiloxKeys.ROUNDS - 1;

    private static final ClassDesc KEYS = VectorType.desc(PhiloxKeys.class);
    private static final MethodTypeDesc ROUND_KEY = MethodTypeDesc.of(CD_long, CD_long, CD_int);

    private final CodeBuilder code;
    private final LongOps ops;
    private final StreamWriter streamWriter;
    private final Map<Integer, int[][]> keys = new HashMap<>();
    private final Map<Generator, Start> starts = new HashMap<>();
    private final Map<Block, int[][]> evaluated = new HashMap<>();
    private final Map<Word, int[]> words = new HashMap<>();
    private int mask = -1;
    private int multiplier0;
    private int multiplier1;

    PhiloxWriter(CodeBuilder code, Layout layout, int copies) {
        this.code = code;
        this.ops = new LongOps(code, layout.vectorBits());
        this.streamWriter = new StreamWriter(code, ops, layout, copies);
    }

    /** In the prelude: what a key and a stream need. */
    void prepare(int key, int stream, Program program) {
        if (mask < 0) {
            mask = ops.broadcast(() -> code.loadConstant(PhiloxKeys.WORD));
            multiplier0 = multiplier(PhiloxKeys.MULTIPLIER_0);
            multiplier1 = multiplier(PhiloxKeys.MULTIPLIER_1);
        }
        keys.computeIfAbsent(key, _ -> roundKeys(program.node(key)));
        starts.computeIfAbsent(
                new Generator(key, stream), _ -> start(keys.get(key), program.node(stream)));
    }

    private int multiplier(long value) {
        return ops.and(ops.broadcast(() -> code.loadConstant(value)), mask);
    }

    /** In the prelude: what consecutive elements need. */
    void prepareStream(Node.PhiloxStream stream) {
        streamWriter.prepare(stream);
    }

    void startRound() {
        evaluated.clear();
        words.clear();
    }

    /**
     * Copy to local of a zero-extended word; {@code counters} are the locals of the counter node.
     */
    int[] word(Block block, int word, int[] counters) {
        return words.computeIfAbsent(
                new Word(block, word), _ -> low(rawWord(block, word, counters)));
    }

    /** As {@link #word} with rubbish in the high half. */
    int[] rawWord(Block block, int word, int[] counters) {
        return evaluated
                .computeIfAbsent(block, _ -> rounds(counters, block.key(), block.stream()))[word];
    }

    /** Copy to local of the stream's elements from element {@code index} on. */
    int[] stream(Node.PhiloxStream node, int index) {
        return streamWriter.elements(
                node, index, counters -> rounds(counters, node.key(), node.stream()), this::low);
    }

    private int[] low(int[] vectors) {
        int[] result = new int[vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            result[i] = ops.and(vectors[i], mask);
        }
        return result;
    }

    /** Word and counter to local, with rubbish in the high halves. */
    private int[][] rounds(int[] counters, int key, int stream) {
        int[][] roundKeys = keys.get(key);
        Start start = starts.get(new Generator(key, stream));
        int[][] c = new int[4][counters.length];
        for (int i = 0; i < counters.length; i++) {
            int product = ops.mul(ops.and(counters[i], mask), multiplier0);
            c[0][i] = high(ops.xor(counters[i], start.first));
            c[2][i] = high(ops.xor(product, start.third));
            c[3][i] = product;
        }
        for (int round = 1; round < PhiloxKeys.ROUNDS; round++) {
            int[][] next = new int[4][counters.length];
            for (int i = 0; i < counters.length; i++) {
                int product0 = ops.mul(c[0][i], multiplier0);
                int product1 = ops.mul(c[2][i], multiplier1);
                next[0][i] =
                        round == 1
                                ? high(ops.xor(product1, start.second))
                                : mixed(product1, c[1][i], roundKeys[0][round], round);
                next[1][i] = product1;
                next[2][i] = mixed(product0, c[3][i], roundKeys[1][round], round);
                next[3][i] = product0;
            }
            c = next;
        }
        return c;
    }

    /**
     * The product's high word by exclusive or with a low word and a round key: zero-extended where
     * it is multiplied next, which saves a step of the longest path against a mask; after the last
     * round with rubbish in the high half.
     */
    private int mixed(int product, int word, int roundKey, int round) {
        return round == LAST
                ? ops.xor(high(product), word, roundKey)
                : high(ops.xor(product, atHigh(word), roundKey));
    }

    private int high(int vector) {
        return ops.shift("LSHR", vector, 32L);
    }

    private int atHigh(int vector) {
        return ops.shift("LSHL", vector, 32L);
    }

    private Start start(int[][] roundKeys, Node stream) {
        int words = ops.broadcast(() -> scalar(stream));
        int product = ops.mul(ops.and(words, mask), multiplier1);
        return new Start(
                ops.xor(product, roundKeys[0][0]),
                ops.xor(words, roundKeys[1][0]),
                ops.xor(atHigh(product), roundKeys[0][1]));
    }

    private int[][] roundKeys(Node key) {
        int[][] locals = new int[2][PhiloxKeys.ROUNDS];
        for (int r = 0; r < PhiloxKeys.ROUNDS; r++) {
            int round = r;
            locals[0][r] = ops.broadcast(() -> roundKey(key, round, "low"));
            locals[1][r] = ops.broadcast(() -> roundKey(key, round, "high"));
        }
        return locals;
    }

    private void roundKey(Node key, int round, String half) {
        scalar(key);
        code.loadConstant(round).invokestatic(KEYS, half, ROUND_KEY);
        if (round != LAST) {
            code.loadConstant(32).lshl();
        }
    }

    private void scalar(Node node) {
        switch (node) {
            case Node.Const n -> code.loadConstant(n.bits());
            case Node.Param n -> KernelWriter.pushFrameLong(code, "params", n.param());
            default ->
                    throw new IllegalArgumentException(
                            "a Philox key or stream is "
                                    + node
                                    + ", expected a parameter or a constant");
        }
    }
}
