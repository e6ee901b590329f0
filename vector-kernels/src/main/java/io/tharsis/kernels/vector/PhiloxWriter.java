package io.tharsis.kernels.vector;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Program;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;

/**
 * Emits Philox4x32-10 over vectors of longs, each lane one block, each word in the low half of a lane. The rounds of all copies are
 * interleaved, the round keys are broadcast before the loop.
 */
final class PhiloxWriter {
    /** One evaluation: nodes that differ only in the word share it. */
    record Block(int counter, int key, int stream) {}

    private static final VectorType TYPE = VectorType.I64;
    private static final ClassDesc KEYS = VectorType.desc(PhiloxKeys.class);
    private static final MethodTypeDesc ROUND_KEY = MethodTypeDesc.of(CD_long, CD_long, CD_int);

    private final CodeBuilder code;
    private final Layout layout;
    private final int copies;

    /** Full vectors of longs: with 32-bit lanes each holds the blocks of half the elements. */
    private final int bits;

    private final Map<Integer, int[][]> keys = new HashMap<>();
    private final Map<Integer, int[]> streams = new HashMap<>();
    private final Map<Block, int[][]> evaluated = new HashMap<>();
    private int word = -1;
    private int multiplier0;
    private int multiplier1;

    PhiloxWriter(CodeBuilder code, Layout layout, int copies) {
        this.code = code;
        this.layout = layout;
        this.copies = copies;
        this.bits = layout.vectorBits();
    }

    /** In the prelude: what a key and a stream need. */
    void prepare(int key, int stream, Program program) {
        if (word < 0) {
            word = broadcast(() -> code.loadConstant(PhiloxKeys.WORD));
            multiplier0 = broadcast(() -> code.loadConstant(PhiloxKeys.MULTIPLIER_0));
            multiplier1 = broadcast(() -> code.loadConstant(PhiloxKeys.MULTIPLIER_1));
        }
        keys.computeIfAbsent(key, _ -> roundKeys(program.node(key)));
        streams.computeIfAbsent(
                stream,
                _ ->
                        new int[] {
                            broadcast(() -> scalar(program.node(stream), () -> code.loadConstant(PhiloxKeys.WORD).land())),
                            broadcast(() -> scalar(program.node(stream), () -> code.loadConstant(32).lushr()))
                        });
    }

    void startRound() {
        evaluated.clear();
    }

    /** Word and copy to local; {@code counters} are the locals of the counter node. */
    int[][] words(Block block, int[] counters) {
        return evaluated.computeIfAbsent(block, _ -> rounds(counters, block.key(), block.stream()));
    }

    /** Copy to local of the elements from the logical index {@code bases + index}; any base. */
    int[] stream(Node.PhiloxStream node, int bases, int index) {
        boolean halves = node.lane() == Lane.I32 && layout.laneCount() * Integer.SIZE == bits;
        return halves ? intsFromHalves(node, bases, index) : fromElements(node, bases, index);
    }

    private int[] fromElements(Node.PhiloxStream node, int bases, int index) {
        int[] elements = new int[copies];
        int[] blocks = new int[copies];
        for (int copy = 0; copy < copies; copy++) {
            long offset = (long) copy * layout.laneCount();
            elements[copy] = elements(bases, index, offset);
            blocks[copy] = shift("LSHR", elements[copy], node.lane() == Lane.I64 ? 1 : 2);
        }
        int[][] words = rounds(blocks, node.key(), node.stream());
        int[] result = new int[copies];
        for (int copy = 0; copy < copies; copy++) {
            if (node.lane() == Lane.I64) {
                int odd = bit(elements[copy], 1);
                int low = blend(words[0][copy], words[2][copy], odd);
                result[copy] = pair(low, blend(words[1][copy], words[3][copy], odd));
            } else {
                int selected = selectWord(words, copy, elements[copy]);
                result[copy] =
                        keep(
                                () -> {
                                    code.aload(selected);
                                    VectorType.convert(code, "L2I", VectorType.I32, layout.bits(Lane.I32));
                                });
            }
        }
        return result;
    }

    /** Even elements in the low halves of longs, odd ones in the high halves, which is the order of ints in memory. */
    private int[] intsFromHalves(Node.PhiloxStream node, int bases, int index) {
        int[][] parity = new int[2][copies];
        for (int odd = 0; odd < 2; odd++) {
            int[] elements = new int[copies];
            int[] blocks = new int[copies];
            for (int copy = 0; copy < copies; copy++) {
                long offset = (long) copy * layout.laneCount() + odd;
                elements[copy] = elements(bases, index, offset);
                blocks[copy] = shift("LSHR", elements[copy], 2);
            }
            int[][] words = rounds(blocks, node.key(), node.stream());
            for (int copy = 0; copy < copies; copy++) {
                parity[odd][copy] = selectWord(words, copy, elements[copy]);
            }
        }
        int[] result = new int[copies];
        for (int copy = 0; copy < copies; copy++) {
            int pairs = pair(parity[0][copy], parity[1][copy]);
            result[copy] =
                    keep(
                            () ->
                                    code.aload(pairs)
                                            .invokevirtual(
                                                    TYPE.vector, "reinterpretAsInts", MethodTypeDesc.of(VectorType.I32.vector)));
        }
        return result;
    }

    private int elements(int bases, int index, long offset) {
        return keep(
                () -> {
                    code.aload(bases).iload(index).i2l().loadConstant(offset).ladd();
                    code.invokevirtual(TYPE.vector, "add", MethodTypeDesc.of(TYPE.vector, CD_long));
                });
    }

    /** Word {@code element mod 4}. */
    private int selectWord(int[][] words, int copy, int elements) {
        int odd = bit(elements, 1);
        int low = blend(words[0][copy], words[1][copy], odd);
        return blend(low, blend(words[2][copy], words[3][copy], odd), bit(elements, 2));
    }

    private int[][] rounds(int[] counters, int key, int stream) {
        int[][] roundKeys = keys.get(key);
        int[][] c = new int[4][copies];
        for (int copy = 0; copy < copies; copy++) {
            int counter = counters[copy];
            c[0][copy] = keep(() -> code.aload(counter).aload(word).invokevirtual(TYPE.vector, "and", vectorToVector()));
            c[1][copy] = shift("LSHR", counter, 32);
            c[2][copy] = streams.get(stream)[0];
            c[3][copy] = streams.get(stream)[1];
        }
        for (int round = 0; round < PhiloxKeys.ROUNDS; round++) {
            int key0 = roundKeys[0][round];
            int key1 = roundKeys[1][round];
            int[][] next = new int[4][copies];
            for (int copy = 0; copy < copies; copy++) {
                int c1 = c[1][copy];
                int c3 = c[3][copy];
                int product0 = multiply(c[0][copy], multiplier0);
                int product1 = multiply(c[2][copy], multiplier1);
                next[0][copy] = highXorXor(product1, c1, key0);
                next[1][copy] = low(product1);
                next[2][copy] = highXorXor(product0, c3, key1);
                next[3][copy] = low(product0);
            }
            c = next;
        }
        return c;
    }

    private int multiply(int a, int b) {
        return keep(() -> code.aload(a).aload(b).invokevirtual(TYPE.vector, "mul", vectorToVector()));
    }

    private int low(int product) {
        return keep(() -> code.aload(product).aload(word).invokevirtual(TYPE.vector, "and", vectorToVector()));
    }

    private int highXorXor(int product, int other, int roundKey) {
        return keep(
                () -> {
                    code.aload(product);
                    VectorType.operator(code, "LSHR");
                    code.loadConstant(32L);
                    TYPE.lanewiseScalar(code);
                    for (int operand : new int[] {other, roundKey}) {
                        VectorType.operator(code, "XOR");
                        code.aload(operand);
                        TYPE.lanewise(code);
                    }
                });
    }

    /** {@code low | high << 32}. */
    private int pair(int low, int high) {
        int shifted = shift("LSHL", high, 32);
        return keep(() -> code.aload(low).aload(shifted).invokevirtual(TYPE.vector, "or", vectorToVector()));
    }

    private int bit(int vector, long bit) {
        int zero = broadcast(() -> code.lconst_0());
        return keep(
                () -> {
                    code.aload(vector).loadConstant(bit);
                    code.invokevirtual(TYPE.vector, "and", MethodTypeDesc.of(TYPE.vector, CD_long));
                    code.getstatic(VectorType.OPERATORS, "NE", VectorType.COMPARISON).aload(zero);
                    TYPE.compare(code);
                });
    }

    private int blend(int whereFalse, int whereTrue, int mask) {
        return keep(
                () -> {
                    code.aload(whereFalse).aload(whereTrue).aload(mask);
                    TYPE.blend(code);
                });
    }

    private int shift(String operator, int vector, long distance) {
        return keep(
                () -> {
                    code.aload(vector);
                    VectorType.operator(code, operator);
                    code.loadConstant(distance);
                    TYPE.lanewiseScalar(code);
                });
    }

    private int[][] roundKeys(Node key) {
        int[][] locals = new int[2][PhiloxKeys.ROUNDS];
        for (int r = 0; r < PhiloxKeys.ROUNDS; r++) {
            int round = r;
            locals[0][r] = broadcast(() -> scalar(key, () -> code.loadConstant(round).invokestatic(KEYS, "low", ROUND_KEY)));
            locals[1][r] = broadcast(() -> scalar(key, () -> code.loadConstant(round).invokestatic(KEYS, "high", ROUND_KEY)));
        }
        return locals;
    }

    private void scalar(Node node, Runnable then) {
        switch (node) {
            case Node.Const n -> code.loadConstant(n.bits());
            case Node.Param n ->
                code.aload(KernelWriter.FRAME_SLOT)
                        .getfield(KernelWriter.FRAME, "params", CD_long.arrayType())
                        .loadConstant(n.param())
                        .laload();
            default -> throw new IllegalArgumentException("a Philox key or stream is " + node + ", expected a parameter or a constant");
        }
        then.run();
    }

    private int broadcast(Runnable scalar) {
        return keep(
                () -> {
                    TYPE.species(code, bits);
                    scalar.run();
                    TYPE.broadcast(code);
                });
    }

    private int keep(Runnable push) {
        push.run();
        int local = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(local);
        return local;
    }

    private static MethodTypeDesc vectorToVector() {
        return MethodTypeDesc.of(TYPE.vector, VectorType.VECTOR);
    }
}
