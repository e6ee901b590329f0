package io.tharsis.kernels;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Node;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.BinaryOp;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Ops.UnaryOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;
import io.tharsis.kernels.ir.RareFunction;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Seeded random programs over every node kind, format and output kind, for differential tests
 * between backends. Data for them comes from {@link RandomCalls}.
 *
 * <p>NaN bits never reach an integer lane (a NaN is made canonical before it is reinterpreted), so
 * equal results are equal bits up to NaN in float outputs. No thread rules: static functions of
 * their arguments.
 */
public final class RandomPrograms {
    /** Rare functions of exact Java arithmetic, so that their bits are the same everywhere. */
    public enum TestRare implements RareFunction {
        HALF_MINUS {
            @Override
            public double apply(double a, double b) {
                return a * 0.5 - b;
            }

            @Override
            public float apply(float a, float b) {
                return a * 0.5f - b;
            }
        },
        PLUS_ONE {
            @Override
            public double apply(double a, double b) {
                return a + 1;
            }

            @Override
            public float apply(float a, float b) {
                return a + 1;
            }
        }
    }

    private static final Lane[] LANES = Lane.values();
    private static final Lane[] NUMBERS = {Lane.I32, Lane.I64, Lane.F32, Lane.F64};
    private static final double[] LITERALS = {
        0, -0.0, 1, -1, 0.5, 2, 3.25, -7, 100, 1e-3, Double.NaN, Double.POSITIVE_INFINITY
    };

    private final SplittableRandom random;
    private final boolean everyOp;
    private final ProgramBuilder builder = new ProgramBuilder();
    private final Map<Lane, List<Integer>> values = new EnumMap<>(Lane.class);
    private int params;
    private int made;

    private RandomPrograms(SplittableRandom random, boolean everyOp) {
        this.random = random;
        this.everyOp = everyOp;
        for (Lane lane : LANES) {
            values.put(lane, new ArrayList<>());
        }
    }

    /** A program of about {@code nodes} nodes (unused ones are dropped) that has a vector form. */
    public static Program next(SplittableRandom random, int nodes) {
        return new RandomPrograms(random, false).build(nodes);
    }

    /**
     * As {@link #next(SplittableRandom, int)}, with the operators that have no vector form as well.
     */
    public static Program nextOfEveryOp(SplittableRandom random, int nodes) {
        return new RandomPrograms(random, true).build(nodes);
    }

    /** See {@link RandomCalls#call}. */
    public static KernelCall call(
            Program program, int n, long seed, java.lang.foreign.Arena arena) {
        return RandomCalls.call(program, n, seed, arena);
    }

    private Program build(int nodes) {
        int inputs = 2 + random.nextInt(4);
        for (int input = 0; input < inputs; input++) {
            Format format = Format.values()[random.nextInt(Format.values().length)];
            keep(
                    builder.load(
                            input,
                            format,
                            random.nextInt(5) == 0 ? Access.UNIFORM : Access.CONTIGUOUS));
        }
        if (random.nextInt(3) == 0) {
            keep(builder.index(random.nextInt(2)));
        }
        while (made < nodes) {
            keep(step());
        }
        int outputs = 1 + random.nextInt(4);
        for (int output = 0; output < outputs; output++) {
            addOutput();
        }
        return builder.build();
    }

    private int step() {
        Lane lane = NUMBERS[random.nextInt(NUMBERS.length)];
        return switch (random.nextInt(24)) {
            case 0 -> literal(lane);
            case 1 -> param(lane);
            case 2 -> unary();
            case 3, 4 -> builder.compare(pick(CompareOp.values()), value(lane), value(lane));
            case 5 -> builder.select(value(Lane.MASK), value(lane), value(lane));
            case 6 -> builder.convert(value(lane), LANES[random.nextInt(LANES.length)]);
            case 7 -> reinterpret(lane);
            case 8, 9, 10 -> fma(random.nextBoolean() ? Lane.F64 : Lane.F32);
            case 11 -> tame(random.nextBoolean() ? Lane.F64 : Lane.F32);
            case 12 -> rare(random.nextBoolean() ? Lane.F64 : Lane.F32);
            case 13 -> random();
            case 14 ->
                    builder.binary(
                            pick(BinaryOp.AND, BinaryOp.OR, BinaryOp.XOR),
                            value(Lane.MASK),
                            value(Lane.MASK));
            default -> binary(lane);
        };
    }

    private int unary() {
        Lane lane = LANES[random.nextInt(LANES.length)];
        UnaryOp op =
                lane == Lane.MASK
                        ? UnaryOp.NOT
                        : lane.isFloat()
                                ? pick(UnaryOp.NEG, UnaryOp.ABS, UnaryOp.SQRT)
                                : pick(UnaryOp.NEG, UnaryOp.ABS, UnaryOp.NOT);
        return builder.unary(op, value(lane));
    }

    private int binary(Lane lane) {
        if (lane.isFloat()) {
            BinaryOp op =
                    pick(
                            BinaryOp.ADD,
                            BinaryOp.SUB,
                            BinaryOp.MUL,
                            BinaryOp.DIV,
                            BinaryOp.MIN,
                            BinaryOp.MAX,
                            BinaryOp.ADD);
            return builder.binary(op, value(lane), value(lane));
        }
        BinaryOp op = pick(BinaryOp.values());
        while (op == BinaryOp.DIV || !everyOp && !op.hasVectorForm()) {
            op = pick(BinaryOp.values());
        }
        return builder.binary(op, value(lane), value(lane));
    }

    private int fma(Lane lane) {
        return builder.fma(value(lane), value(lane), value(lane));
    }

    /** Brings runaway floats back, so that long programs do not end as all NaN. */
    private int tame(Lane lane) {
        int x = value(lane);
        int small = builder.compare(CompareOp.LT, builder.abs(x), builder.constant(lane, 1e6));
        return builder.select(small, x, builder.constant(lane, 1.5));
    }

    private int rare(Lane lane) {
        int a = value(lane);
        int guard =
                builder.compare(
                        CompareOp.GT,
                        builder.abs(a),
                        builder.constant(lane, random.nextBoolean() ? 1e5 : 1e30));
        return builder.rare(value(lane), guard, a, value(lane), pick(TestRare.values()));
    }

    private int reinterpret(Lane lane) {
        int x = value(lane);
        Lane to =
                switch (lane) {
                    case F32 -> Lane.I32;
                    case F64 -> Lane.I64;
                    case I32 -> Lane.F32;
                    default -> Lane.F64;
                };
        if (lane.isFloat()) {
            x =
                    builder.select(
                            builder.compare(CompareOp.EQ, x, x),
                            x,
                            builder.constant(lane, Double.NaN));
        }
        return builder.reinterpret(x, to);
    }

    private int random() {
        int key = builder.param(0, Lane.I64);
        int stream = builder.param(1, Lane.I64);
        params = Math.max(params, 2);
        if (random.nextBoolean()) {
            return builder.philoxStream(
                    random.nextInt(2), key, stream, random.nextBoolean() ? Lane.I64 : Lane.I32);
        }
        int counter = value(Lane.I64);
        keep(builder.philox(counter, key, stream, random.nextInt(4)));
        return builder.philox(counter, key, stream, random.nextInt(4));
    }

    private int literal(Lane lane) {
        return builder.constant(lane, LITERALS[random.nextInt(LITERALS.length)]);
    }

    private int param(Lane lane) {
        if (params < 2) {
            params = 2;
        }
        return builder.param(params++, lane);
    }

    private void addOutput() {
        Lane lane = LANES[random.nextInt(LANES.length)];
        int node = value(lane);
        if (random.nextInt(3) > 0) {
            Format format = pick(Format.values());
            while (format.lane() != lane) {
                format = pick(Format.values());
            }
            builder.store(node, format);
            return;
        }
        if (lane == Lane.MASK) {
            node = builder.convert(node, Lane.I64);
            lane = Lane.I64;
        }
        FoldOp op =
                lane.isFloat()
                        ? pick(FoldOp.ADD, FoldOp.MUL, FoldOp.MIN, FoldOp.MAX)
                        : pick(FoldOp.values());
        if (random.nextBoolean()) {
            builder.foldLanes(op, node);
        } else {
            builder.foldRows(op, node);
        }
    }

    /** A value of {@code lane}, mostly a recent one, made from another lane if there is none. */
    private int value(Lane lane) {
        List<Integer> known = values.get(lane);
        if (known.isEmpty() || random.nextInt(25) == 0) {
            Lane from = NUMBERS[random.nextInt(NUMBERS.length)];
            int source = values.get(from).isEmpty() ? literal(from) : values.get(from).getLast();
            keep(builder.convert(source, lane));
            known = values.get(lane);
        }
        int size = known.size();
        return known.get(
                random.nextInt(3) > 0
                        ? Math.max(0, size - 1 - random.nextInt(3))
                        : random.nextInt(size));
    }

    private void keep(int id) {
        values.get(builder.lane(id)).add(id);
        made++;
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** The number of nodes of {@code program} that are not leaves. */
    static int operations(Program program) {
        int count = 0;
        for (Node node : program.nodes()) {
            if (!(node instanceof Node.Load
                    || node instanceof Node.Const
                    || node instanceof Node.Param)) {
                count++;
            }
        }
        return count;
    }
}
