package io.tharsis.kernels.vector;

import static java.lang.constant.ConstantDescs.CD_long;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Output;
import io.tharsis.kernels.ir.Program;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;

/**
 * Emits a program's nodes for some copies of one vector each, interleaved node by node so that the
 * copies hide each other's latency. Uniform nodes are emitted once, in the prelude.
 */
final class LoopBody {
    private static final long ADDRESS_MASK = (1L << 56) - 1;

    private final CodeBuilder code;
    private final Layout layout;
    private final Program program;
    private final int copies;
    private final PhiloxWriter philox;
    private final MaskWriter masks;
    private final LongConverter longConverter;

    /** Per node and copy the local that holds its value. */
    private final int[][] locals;

    private final int[] inLocals;
    private final int[] outLocals;
    private final int[] indexLocals;

    /** Of each output that folds lanes: where the block's accumulators lie, and their values. */
    private final int[] blockLocals;

    private final int[][] accumulators;
    private int ahead;

    LoopBody(CodeBuilder code, Layout layout, int copies) {
        this.code = code;
        this.layout = layout;
        this.program = layout.program();
        this.copies = copies;
        locals = new int[program.nodes().size()][];
        inLocals = new int[layout.loads().size()];
        outLocals = new int[program.outputs().size()];
        indexLocals = new int[program.indexCount()];
        Arrays.fill(indexLocals, -1);
        blockLocals = new int[outLocals.length];
        accumulators = new int[outLocals.length][copies];
        philox = new PhiloxWriter(code, layout, copies);
        masks = new MaskWriter(code, layout, copies, locals);
        longConverter = new LongConverter(code, layout.bits(Lane.I64));
    }

    /** Loads addresses and everything uniform into locals. */
    void prelude() {
        for (int load = 0; load < inLocals.length; load++) {
            if (layout.loads().get(load).access() == Access.CONTIGUOUS) {
                inLocals[load] = address("in", load);
            }
        }
        for (int output = 0; output < outLocals.length; output++) {
            outLocals[output] = address("out", output);
        }
        for (int id = 0; id < locals.length; id++) {
            Node node = program.node(id);
            if (node instanceof Node.Convert n && isOfLongs(n)) {
                longConverter.prepare();
            }
            if (layout.isUniform(id)) {
                uniform(id, node);
            }
            switch (node) {
                case Node.Index n -> indexBase(n.slot());
                case Node.PhiloxStream n -> {
                    philox.prepare(n.key(), n.stream(), program);
                    philox.prepareStream(n);
                }
                case Node.Philox n -> philox.prepare(n.key(), n.stream(), program);
                case Node.Convert n when n.from() == Lane.MASK -> masks.zeroAndOne(n.lane());
                case Node.Load n
                        when n.format() == Format.BOOL && n.access() == Access.CONTIGUOUS ->
                        masks.zeroAndOne(Lane.I32);
                case Node.Rare n -> masks.prepareGuards(n.guard());
                default -> {}
            }
        }
        for (Output output : program.outputs()) {
            if (output instanceof Output.Store store && store.format() == Format.BOOL) {
                masks.zeroAndOne(Lane.I32);
            }
        }
    }

    /**
     * One round: all nodes, then all outputs, for {@code copies} vectors. The first round of an
     * iteration begins at the element in {@code index}, each other one where the one before ended;
     * that distance is a constant of addresses, which lets C2 take their range checks out of the
     * loop: an addition to an int index might overflow. Programs with streams of random numbers
     * have one round.
     */
    void round(int index, int round) {
        this.ahead = round * copies * layout.laneCount();
        masks.startRound();
        philox.startRound();
        for (int id = 0; id < locals.length; id++) {
            if (!layout.isUniform(id)) {
                emit(id, program.node(id), index);
            }
        }
        for (int slot = 0; slot < outLocals.length; slot++) {
            output(slot, program.outputs().get(slot), index);
        }
        masks.endRound();
    }

    /** After the loop: tells the frame whether a guard held. */
    void end() {
        masks.end();
    }

    private void uniform(int id, Node node) {
        locals[id] = new int[copies];
        Arrays.fill(locals[id], code.allocateLocal(TypeKind.REFERENCE));
        switch (node) {
            case Node.Const n -> {
                VectorType type = VectorType.of(n.lane());
                type.species(code, layout.bits(n.lane()));
                type.literal(code, n.bits());
                type.broadcast(code);
            }
            case Node.Param n -> broadcastBits(n.lane(), "params", n.param());
            case Node.Load n when n.format() == Format.BOOL -> {
                broadcastBits(Lane.I32, "uniform", layout.loads().indexOf(n));
                code.getstatic(VectorType.OPERATORS, "NE", VectorType.COMPARISON)
                        .aload(masks.zero(Lane.I32));
                VectorType.I32.compare(code);
                masks.setLane(id, Lane.I32);
            }
            case Node.Load n -> broadcastBits(n.lane(), "uniform", layout.loads().indexOf(n));
            default -> {
                masks.startRound();
                push(id, node, 0, -1);
            }
        }
        code.astore(locals[id][0]);
    }

    private void broadcastBits(Lane lane, String field, int slot) {
        VectorType type = VectorType.of(lane);
        type.species(code, layout.bits(lane));
        KernelWriter.pushFrameLong(code, field, slot);
        type.fromBits(code);
        type.broadcast(code);
    }

    private void emit(int id, Node node, int index) {
        locals[id] = new int[copies];
        switch (node) {
            case Node.Philox n -> {
                locals[id] = philox.word(blockOf(n), n.word(), locals[n.counter()]);
                return;
            }
            case Node.PhiloxStream n -> {
                locals[id] = philox.stream(n, index);
                return;
            }
            case Node.Rare n -> {
                masks.gather(n.guard());
                locals[id] = locals[n.fast()];
                return;
            }
            default -> {}
        }
        for (int copy = 0; copy < copies; copy++) {
            push(id, node, copy, index);
            locals[id][copy] = code.allocateLocal(TypeKind.REFERENCE);
            code.astore(locals[id][copy]);
        }
    }

    /** Leaves the value of one copy of a node on the stack. */
    private void push(int id, Node node, int copy, int index) {
        switch (node) {
            case Node.Load n -> pushLoad(id, n, copy, index);
            case Node.Index n -> {
                code.aload(indexLocals[n.slot()])
                        .iload(index)
                        .i2l()
                        .loadConstant((long) copy * layout.laneCount() + ahead)
                        .ladd();
                code.invokevirtual(
                        VectorType.I64.vector,
                        "add",
                        MethodTypeDesc.of(VectorType.I64.vector, CD_long));
            }
            case Node.Unary n when n.lane() == Lane.MASK -> {
                masks.pushNot(id, n.a(), copy);
            }
            case Node.Unary n -> {
                code.aload(locals[n.a()][copy]);
                String method =
                        switch (n.op()) {
                            case NEG -> "neg";
                            case ABS -> "abs";
                            case SQRT -> "sqrt";
                            case NOT -> "not";
                        };
                VectorType.of(n.lane()).call(code, method, 0);
            }
            case Node.Binary n when n.lane() == Lane.MASK -> {
                masks.pushBinary(id, n, copy);
            }
            case Node.Binary n -> pushBinary(n, copy);
            case Node.Fma n -> {
                code.aload(locals[n.a()][copy])
                        .aload(locals[n.b()][copy])
                        .aload(locals[n.c()][copy]);
                VectorType.of(n.lane()).call(code, "fma", 2);
            }
            case Node.Select n -> {
                int mask = masks.local(n.mask(), n.lane(), copy);
                code.aload(locals[n.b()][copy]).aload(locals[n.a()][copy]).aload(mask);
                VectorType.of(n.lane()).blend(code);
            }
            case Node.Compare n -> {
                masks.setLane(id, n.of());
                code.aload(locals[n.a()][copy])
                        .getstatic(VectorType.OPERATORS, n.op().name(), VectorType.COMPARISON);
                code.aload(locals[n.b()][copy]);
                VectorType.of(n.of()).compare(code);
            }
            case Node.Convert n when n.from() == Lane.MASK ->
                    masks.pushAsNumber(n.a(), n.lane(), copy);
            case Node.Convert n when isOfLongs(n) -> longConverter.push(locals[n.a()][copy]);
            case Node.Convert n -> {
                code.aload(locals[n.a()][copy]);
                VectorType to = VectorType.of(n.lane());
                VectorType.convert(
                        code,
                        VectorType.of(n.from()).letter + "2" + to.letter,
                        to,
                        layout.bits(n.lane()));
            }
            case Node.Reinterpret n -> {
                code.aload(locals[n.a()][copy]);
                VectorType from = VectorType.of(n.from());
                String method = n.lane().isFloat() ? "viewAsFloatingLanes" : "viewAsIntegralLanes";
                code.invokevirtual(
                        from.vector, method, MethodTypeDesc.of(VectorType.of(n.lane()).vector));
            }
            case Node.Const _, Node.Param _, Node.Philox _, Node.PhiloxStream _, Node.Rare _ ->
                    throw new IllegalStateException(node + " is emitted elsewhere");
        }
    }

    private static boolean isOfLongs(Node.Convert n) {
        return n.from() == Lane.I64 && n.lane() == Lane.F64;
    }

    private void pushBinary(Node.Binary n, int copy) {
        VectorType type = VectorType.of(n.lane());
        code.aload(isHighHalf(n) ? rawWord(n.a(), copy) : locals[n.a()][copy]);
        String operator =
                switch (n.op()) {
                    case SHL -> "LSHL";
                    case SHR -> "ASHR";
                    case USHR -> "LSHR";
                    default -> n.op().name();
                };
        VectorType.operator(code, operator);
        boolean shift = !operator.equals(n.op().name());
        if (shift && program.node(n.b()) instanceof Node.Const distance) {
            // An immediate distance saves the register and, on AVX2, the missing variable
            // arithmetic shift of longs.
            type.literal(code, distance.bits());
            type.lanewiseScalar(code);
        } else {
            code.aload(locals[n.b()][copy]);
            type.lanewise(code);
        }
    }

    /** True if only the low half of the shifted word is left. */
    private boolean isHighHalf(Node.Binary n) {
        return n.op() == BinaryOp.SHL
                && program.node(n.a()) instanceof Node.Philox
                && program.node(n.b()) instanceof Node.Const distance
                && distance.bits() == Integer.SIZE;
    }

    private int rawWord(int id, int copy) {
        var n = (Node.Philox) program.node(id);
        return philox.rawWord(blockOf(n), n.word(), locals[n.counter()])[copy];
    }

    private static PhiloxWriter.Block blockOf(Node.Philox n) {
        return new PhiloxWriter.Block(n.counter(), n.key(), n.stream());
    }

    private void pushLoad(int id, Node.Load n, int copy, int index) {
        int load = layout.loads().indexOf(n);
        VectorType type = loopType(n.format());
        type.load(
                code,
                loopBits(n.format()),
                () -> address(inLocals[load], index, copy, layout.loopByteSize(n.format())));
        Lane lane = n.format() == Format.BOOL ? Lane.I32 : n.lane();
        if (type != VectorType.of(lane)) {
            boolean zero =
                    n.format() == Format.U8 || n.format() == Format.U16 || n.format() == Format.U32;
            VectorType to = VectorType.of(lane);
            VectorType.convert(
                    code,
                    (zero ? "ZERO_EXTEND_" : "") + type.letter + "2" + to.letter,
                    to,
                    layout.bits(lane));
        }
        if (n.format() == Format.BOOL) {
            code.getstatic(VectorType.OPERATORS, "NE", VectorType.COMPARISON)
                    .aload(masks.zero(Lane.I32));
            VectorType.I32.compare(code);
            masks.setLane(id, Lane.I32);
        }
    }

    /** The vectors of {@code format} in the memory that the loop sees. */
    private VectorType loopType(Format format) {
        return layout.isStaged(format) ? VectorType.I32 : VectorType.of(format);
    }

    private int loopBits(Format format) {
        return layout.laneCount() * layout.loopByteSize(format) * Byte.SIZE;
    }

    private void output(int slot, Output output, int index) {
        switch (output) {
            case Output.Store store -> {
                for (int copy = 0; copy < copies; copy++) {
                    store(slot, store, copy, index);
                }
            }
            case Output.FoldRows fold -> {
                Lane lane = program.node(fold.node()).lane();
                for (int c = 0; c < copies; c++) {
                    int copy = c;
                    Runnable address = () -> address(outLocals[slot], index, copy, lane.byteSize());
                    VectorType.of(lane).load(code, layout.bits(lane), address);
                    fold(fold.op(), lane, fold.node(), copy);
                    VectorType.of(lane).store(code, address);
                }
            }
            case Output.FoldLanes fold -> foldLanes(slot, fold, index);
        }
    }

    private void store(int slot, Output.Store store, int copy, int index) {
        Format format = store.format();
        VectorType computed = VectorType.of(format == Format.BOOL ? Lane.I32 : format.lane());
        VectorType stored = loopType(format);
        if (format == Format.BOOL) {
            masks.pushAsNumber(store.node(), Lane.I32, copy);
        } else {
            code.aload(locals[store.node()][copy]);
        }
        if (computed != stored) {
            VectorType.convert(
                    code, computed.letter + "2" + stored.letter, stored, loopBits(format));
        }
        stored.store(
                code, () -> address(outLocals[slot], index, copy, layout.loopByteSize(format)));
    }

    private void foldLanes(int slot, Output.FoldLanes fold, int index) {
        // Element i is folded into accumulator i % FOLD_LANES of block i / FOLD_BLOCK.
        Lane lane = program.node(fold.node()).lane();
        boolean first = ahead == 0;
        if (first) {
            blockLocals[slot] = code.allocateLocal(TypeKind.LONG);
            code.lload(outLocals[slot]).iload(index);
            code.loadConstant(Integer.numberOfTrailingZeros(Program.FOLD_BLOCK)).ishr();
            code.loadConstant(Program.FOLD_LANES).imul();
            code.iload(index).loadConstant(Program.FOLD_LANES - 1).iand().iadd();
            code.i2l().loadConstant((long) lane.byteSize()).lmul().ladd();
            code.lstore(blockLocals[slot]);
        }
        for (int copy = 0; copy < copies; copy++) {
            long offset = (long) copy * layout.laneCount() * lane.byteSize();
            Runnable address = () -> code.lload(blockLocals[slot]).loadConstant(offset).ladd();
            if (first) {
                accumulators[slot][copy] = code.allocateLocal(TypeKind.REFERENCE);
                VectorType.of(lane).load(code, layout.bits(lane), address);
            } else {
                code.aload(accumulators[slot][copy]);
            }
            fold(fold.op(), lane, fold.node(), copy);
            code.astore(accumulators[slot][copy]).aload(accumulators[slot][copy]);
            VectorType.of(lane).store(code, address);
        }
    }

    /** Folds a copy of a node into the vector on the stack. */
    private void fold(FoldOp op, Lane lane, int node, int copy) {
        VectorType.operator(code, op.name());
        code.aload(locals[node][copy]);
        VectorType.of(lane).lanewise(code);
    }

    /** Pushes the address of element {@code index + copy * lanes + ahead}. */
    private void address(int base, int index, int copy, int byteSize) {
        code.lload(base).iload(index).i2l().loadConstant((long) byteSize).lmul().ladd();
        long distance = (long) copy * layout.laneCount() + ahead;
        if (distance > 0) {
            code.loadConstant(distance * byteSize).ladd();
        }
    }

    /** A local with an address, which is below 2^56: said so that C2 knows. */
    private int address(String field, int slot) {
        int local = code.allocateLocal(TypeKind.LONG);
        KernelWriter.pushFrameLong(code, field, slot);
        code.loadConstant(ADDRESS_MASK).land();
        code.lstore(local);
        return local;
    }

    /** {@code base, base + 1, ...}: the loop adds the element's number. */
    private void indexBase(int slot) {
        if (indexLocals[slot] < 0) {
            indexLocals[slot] = code.allocateLocal(TypeKind.REFERENCE);
            broadcastBits(Lane.I64, "bases", slot);
            code.iconst_1();
            code.invokevirtual(
                    VectorType.I64.vector,
                    "addIndex",
                    MethodTypeDesc.of(VectorType.I64.vector, ConstantDescs.CD_int));
            code.astore(indexLocals[slot]);
        }
    }
}
