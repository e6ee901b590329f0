package io.tharsis.kernels.scalar;

import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Nodes;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.RareFunction;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the class of a fused step: one loop over the arrays of {@link Registers} in ordinary
 * bytecode, every value of an element a local variable. The first compiler of HotSpot makes good
 * code of it within milliseconds, where a loop over the Vector API takes hundreds.
 */
final class FusedWriter {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final ClassDesc NAME = ClassDesc.of(FusedWriter.class.getPackageName(), "Fused");
    private static final ClassDesc BODY = desc(FusedBody.class);
    private static final ClassDesc REGISTERS = desc(Registers.class);
    private static final ClassDesc RARE = desc(RareFunction.class);
    private static final MethodTypeDesc RUN =
            MethodTypeDesc.of(
                    ConstantDescs.CD_void, REGISTERS, ConstantDescs.CD_int, ConstantDescs.CD_int);

    private static final int REGISTERS_SLOT = 1;
    private static final int INDEX_SLOT = 2;
    private static final int END_SLOT = 3;

    /**
     * Where the numbers of a step are, by node.
     *
     * @param from the register that an argument is read from, or {@link Code#NOBODY}
     * @param to the register that a result is written to, or {@link Code#NOBODY}
     * @param uniform the position of a uniform value, or negative
     * @param functions the positions of the functions of the step's rare nodes, in order
     */
    record Places(int[] from, int[] to, int[] uniform, List<Integer> functions) {}

    private final CodeBuilder code;
    private final Program program;
    private final int[] nodes;
    private final Places places;

    /** Per node: the local of its value, of the register it is read from, of that it goes to. */
    private final int[] value;

    private final int[] source;
    private final int[] target;
    private final int[] uses;
    private int[] functions;
    private final FrameTable frames = new FrameTable();

    private FusedWriter(CodeBuilder code, Program program, int[] nodes, Places places) {
        this.code = code;
        this.program = program;
        this.nodes = nodes;
        this.places = places;
        int size = program.nodes().size();
        this.value = new int[size];
        this.source = new int[size];
        this.target = new int[size];
        this.uses = new int[size];
        Arrays.fill(value, -1);
    }

    /** A body that computes {@code nodes}, which are in order of evaluation. */
    static FusedBody body(Program program, int[] nodes, Places places) {
        byte[] bytes =
                ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS)
                        .build(
                                NAME,
                                type -> {
                                    type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                                            .withSuperclass(BODY);
                                    type.withMethodBody(
                                            ConstantDescs.INIT_NAME,
                                            ConstantDescs.MTD_void,
                                            0,
                                            code ->
                                                    code.aload(0)
                                                            .invokespecial(
                                                                    BODY,
                                                                    ConstantDescs.INIT_NAME,
                                                                    ConstantDescs.MTD_void)
                                                            .return_());
                                    type.withMethodBody(
                                            "run",
                                            RUN,
                                            0,
                                            code ->
                                                    new FusedWriter(code, program, nodes, places)
                                                            .write());
                                });
        try {
            return (FusedBody)
                    LOOKUP.defineHiddenClass(bytes, true)
                            .lookupClass()
                            .getDeclaredConstructor()
                            .newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalStateException("the fused loop does not load\n" + program, e);
        }
    }

    private void write() {
        for (int id : nodes) {
            Nodes.forEachArgument(program.node(id), argument -> uses[argument]++);
        }
        prelude();
        int outside = frames.size();
        Label top = code.newLabel();
        Label done = code.newLabel();
        frames.target(top);
        code.labelBinding(top).iload(INDEX_SLOT).iload(END_SLOT).if_icmpge(done);
        int rare = 0;
        for (int id : nodes) {
            Node node = program.node(id);
            Nodes.forEachArgument(node, this::read);
            if (node instanceof Node.Rare n) {
                emitRare(id, n, functions[rare++]);
            } else if (!isWritten(node, id)) {
                emit(id, node);
            }
        }
        for (int id : nodes) {
            if (places.to()[id] >= 0) {
                code.aload(target[id]).iload(INDEX_SLOT);
                push(id);
                code.arrayStore(lane(id).kind);
            }
        }
        code.iinc(INDEX_SLOT, 1).goto_(top).labelBinding(done).return_();
        frames.target(done, outside);
        code.with(frames.attribute());
    }

    /** Puts registers, parameters and functions into locals. */
    private void prelude() {
        frames.add(NAME);
        frames.add(REGISTERS);
        frames.add(TypeKind.INT);
        frames.add(TypeKind.INT);
        for (int id = 0; id < value.length; id++) {
            if (places.from()[id] >= 0) {
                source[id] = register(lane(id), places.from()[id]);
            }
            if (places.to()[id] >= 0) {
                target[id] = register(lane(id), places.to()[id]);
            }
            if (uses[id] > 0
                    && places.uniform()[id] >= 0
                    && !(program.node(id) instanceof Node.Const)) {
                code.aload(REGISTERS_SLOT)
                        .getfield(REGISTERS, "uniform", ConstantDescs.CD_long.arrayType())
                        .loadConstant(places.uniform()[id])
                        .laload();
                lane(id).fromBits(code);
                pop(id);
            }
        }
        functions = new int[places.functions().size()];
        for (int i = 0; i < functions.length; i++) {
            functions[i] = code.allocateLocal(TypeKind.REFERENCE);
            frames.add(RARE);
            code.aload(REGISTERS_SLOT)
                    .getfield(REGISTERS, "functions", RARE.arrayType())
                    .loadConstant(places.functions().get(i))
                    .aaload()
                    .astore(functions[i]);
        }
    }

    private int register(LaneCode lane, int number) {
        int local = code.allocateLocal(TypeKind.REFERENCE);
        frames.add(lane.type.arrayType());
        code.aload(REGISTERS_SLOT)
                .getfield(REGISTERS, lane.field, lane.type.arrayType().arrayType())
                .loadConstant(number)
                .aaload()
                .astore(local);
        return local;
    }

    /** Makes sure that the element of {@code id} has been read from its register. */
    private void read(int id) {
        if (places.from()[id] >= 0 && value[id] < 0) {
            code.aload(source[id]).iload(INDEX_SLOT).arrayLoad(lane(id).kind);
            pop(id);
        }
    }

    private void push(int id) {
        if (program.node(id) instanceof Node.Const constant) {
            lane(id).literal(code, constant.bits());
        } else {
            code.loadLocal(lane(id).kind, value[id]);
        }
    }

    private void pop(int id) {
        if (value[id] < 0) {
            value[id] = code.allocateLocal(lane(id).kind);
            frames.add(lane(id).kind);
        }
        code.storeLocal(lane(id).kind, value[id]);
    }

    /** True for a comparison that is written where its only user, a selection, branches. */
    private boolean isWritten(Node node, int id) {
        return node instanceof Node.Compare && isOnlySelected(id);
    }

    private boolean isOnlySelected(int mask) {
        if (uses[mask] != 1 || places.to()[mask] >= 0) {
            return false;
        }
        for (int id : nodes) {
            if (program.node(id) instanceof Node.Select select && select.mask() == mask) {
                return select.lane() != Lane.MASK;
            }
        }
        return false;
    }

    private void emit(int id, Node node) {
        LaneCode lane = lane(id);
        switch (node) {
            case Node.Unary n -> {
                push(n.a());
                lane.unary(code, n.op());
            }
            case Node.Binary n -> {
                push(n.a());
                push(n.b());
                lane.binary(code, n.op());
            }
            case Node.Fma n -> {
                push(n.a());
                push(n.b());
                push(n.c());
                lane.fma(code);
            }
            case Node.Convert n -> {
                push(n.a());
                lane.convert(code, lane(n.a()));
            }
            case Node.Reinterpret n -> {
                push(n.a());
                lane.reinterpret(code, lane(n.a()));
            }
            case Node.Compare n -> {
                emitCompare(id, n);
                return;
            }
            case Node.Select n -> {
                emitSelect(id, n);
                return;
            }
            default -> throw new IllegalStateException(node + " is a step of its own");
        }
        pop(id);
    }

    private void emitCompare(int id, Node.Compare node) {
        Label otherwise = code.newLabel();
        code.iconst_0();
        pop(id);
        push(node.a());
        push(node.b());
        LaneCode.of(node.of()).compare(code, node.op(), otherwise);
        code.iconst_1();
        pop(id);
        frames.target(otherwise);
        code.labelBinding(otherwise);
    }

    private void emitSelect(int id, Node.Select node) {
        if (lane(id) == LaneCode.MASK) {
            // b ^ (mask & (a ^ b))
            push(node.a());
            push(node.b());
            code.ixor();
            push(node.mask());
            code.iand();
            push(node.b());
            code.ixor();
            pop(id);
            return;
        }
        Label otherwise = code.newLabel();
        push(node.b());
        pop(id);
        if (program.node(node.mask()) instanceof Node.Compare compare && value[node.mask()] < 0) {
            push(compare.a());
            push(compare.b());
            LaneCode.of(compare.of()).compare(code, compare.op(), otherwise);
        } else {
            push(node.mask());
            code.ifeq(otherwise);
        }
        push(node.a());
        pop(id);
        frames.target(otherwise);
        code.labelBinding(otherwise);
    }

    private void emitRare(int id, Node.Rare node, int function) {
        LaneCode lane = lane(id);
        Label otherwise = code.newLabel();
        push(node.fast());
        pop(id);
        push(node.guard());
        code.ifeq(otherwise);
        code.aload(function);
        push(node.a());
        push(node.b());
        code.invokeinterface(RARE, "apply", MethodTypeDesc.of(lane.type, lane.type, lane.type));
        pop(id);
        frames.target(otherwise);
        code.labelBinding(otherwise);
    }

    private LaneCode lane(int id) {
        return LaneCode.of(program.node(id).lane());
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
