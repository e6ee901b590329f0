package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Emits what concerns masks. A mask has the class of the lane it came from, the lane of the
 * compared values, and is cast, at most once a round, where it meets vectors of another lane.
 */
final class MaskWriter {
    private record CastKey(int node, Lane lane) {}

    private final CodeBuilder code;
    private final Layout layout;
    private final int copies;
    private final int[][] locals;

    /** Per mask node the lane whose mask class it has. */
    private final Lane[] lanes;

    private final Map<CastKey, int[]> casts = new HashMap<>();
    private final Map<Lane, Integer> zeros = new HashMap<>();
    private final Map<Lane, Integer> ones = new HashMap<>();

    /** The local of this round that gathers the guards of rare nodes, masks of that lane. */
    private int guards = -1;

    /** The local that tells whether any held in a round before. */
    private int rare = -1;

    private Lane guardLane;

    /**
     * @param locals per node and copy the local that holds its value, filled by the caller as it
     *     emits nodes
     */
    MaskWriter(CodeBuilder code, Layout layout, int copies, int[][] locals) {
        this.code = code;
        this.layout = layout;
        this.copies = copies;
        this.locals = locals;
        this.lanes = new Lane[locals.length];
    }

    void startRound() {
        guards = -1;
        casts.clear();
    }

    void setLane(int node, Lane lane) {
        lanes[node] = lane;
    }

    void pushNot(int id, int a, int copy) {
        lanes[id] = lanes[a];
        code.aload(locals[a][copy])
                .invokevirtual(VectorType.MASK, "not", MethodTypeDesc.of(VectorType.MASK));
    }

    void pushBinary(int id, Node.Binary n, int copy) {
        lanes[id] = lanes[n.a()];
        int b = local(n.b(), lanes[id], copy);
        code.aload(locals[n.a()][copy]).aload(b);
        call(n.op().name().toLowerCase(Locale.ROOT));
    }

    /** Pushes 1 where the mask holds and 0 elsewhere. */
    void pushAsNumber(int node, Lane lane, int copy) {
        int mask = local(node, lane, copy);
        code.aload(zero(lane)).aload(one(lane)).aload(mask);
        VectorType.of(lane).blend(code);
    }

    /** The local with a mask node's value as a mask of {@code lane}'s species. */
    int local(int node, Lane lane, int copy) {
        if (lanes[node] == lane) {
            return locals[node][copy];
        }
        int[] cast = casts.computeIfAbsent(new CastKey(node, lane), _ -> new int[copies]);
        if (cast[copy] == 0) {
            cast[copy] = code.allocateLocal(TypeKind.REFERENCE);
            code.aload(locals[node][copy]);
            VectorType.of(lane).species(code, layout.bits(lane));
            code.invokevirtual(
                    VectorType.MASK,
                    "cast",
                    MethodTypeDesc.of(VectorType.MASK, VectorType.SPECIES));
            code.astore(cast[copy]);
        }
        return cast[copy];
    }

    /** In the prelude: the vectors that masks become numbers with. */
    void zeroAndOne(Lane lane) {
        zero(lane);
        one(lane);
    }

    int zero(Lane lane) {
        return zeros.computeIfAbsent(lane, _ -> literal(lane, 0));
    }

    private int one(Lane lane) {
        long bits =
                switch (lane) {
                    case F32 -> Float.floatToRawIntBits(1);
                    case F64 -> Double.doubleToRawLongBits(1);
                    default -> 1;
                };
        return ones.computeIfAbsent(lane, _ -> literal(lane, bits));
    }

    private int literal(Lane lane, long bits) {
        int local = code.allocateLocal(TypeKind.REFERENCE);
        VectorType type = VectorType.of(lane);
        type.species(code, layout.bits(lane));
        type.literal(code, bits);
        type.broadcast(code);
        code.astore(local);
        return local;
    }

    /** In the prelude: all guards are gathered as masks of the first guard's lane. */
    void prepareGuards(int guard) {
        if (rare < 0) {
            guardLane = laneOf(guard);
            rare = code.allocateLocal(TypeKind.INT);
            code.iconst_0().istore(rare);
        }
    }

    /** In the loop: remembers where a guard held. */
    void gather(int guard) {
        for (int copy = 0; copy < copies; copy++) {
            int mask = local(guard, guardLane, copy);
            if (guards < 0) {
                guards = mask;
                continue;
            }
            code.aload(guards).aload(mask);
            call("or");
            guards = code.allocateLocal(TypeKind.REFERENCE);
            code.astore(guards);
        }
    }

    /**
     * Where a round ends: a number goes from round to round. A mask that did was boxed by C2 in
     * some JVMs.
     */
    void endRound() {
        if (guards >= 0) {
            code.iload(rare).aload(guards);
            code.invokevirtual(
                            VectorType.MASK, "anyTrue", MethodTypeDesc.of(ConstantDescs.CD_boolean))
                    .ior()
                    .istore(rare);
        }
    }

    /** After the loop: tells the frame whether a guard held. */
    void end() {
        if (rare >= 0) {
            code.aload(KernelWriter.FRAME_SLOT).aload(KernelWriter.FRAME_SLOT);
            code.getfield(KernelWriter.FRAME, "rare", ConstantDescs.CD_boolean).iload(rare).ior();
            code.putfield(KernelWriter.FRAME, "rare", ConstantDescs.CD_boolean);
        }
    }

    private Lane laneOf(int guard) {
        int node = guard;
        while (true) {
            switch (layout.program().node(node)) {
                case Node.Compare n -> {
                    return n.of();
                }
                case Node.Unary n -> node = n.a();
                case Node.Binary n -> node = n.a();
                default -> {
                    return Lane.I32;
                }
            }
        }
    }

    private void call(String method) {
        code.invokevirtual(
                VectorType.MASK, method, MethodTypeDesc.of(VectorType.MASK, VectorType.MASK));
    }
}
