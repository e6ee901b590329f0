package io.tharsis.kernels.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes instructions of x86-64 into an array of bytes: the few that loops over vectors need.
 *
 * <p>General registers are numbered as the processor does ({@link #RAX} ... {@link #R15}), vector
 * registers from 0; of 32 where vectors have 64 bytes, of 16 where they have less. The encodings
 * are those of Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, chapter 2:
 * VEX for single elements and vectors of up to 32 bytes, EVEX for those of 64.
 *
 * <p>A register that there is not is an {@link IllegalArgumentException}. Not thread-safe.
 */
public final class X64 {
    public static final int RAX = 0;
    public static final int RCX = 1;
    public static final int RDX = 2;
    public static final int RBX = 3;
    public static final int RSP = 4;
    public static final int RBP = 5;
    public static final int RSI = 6;
    public static final int RDI = 7;
    public static final int R8 = 8;
    public static final int R9 = 9;
    public static final int R10 = 10;
    public static final int R11 = 11;
    public static final int R12 = 12;
    public static final int R13 = 13;
    public static final int R14 = 14;
    public static final int R15 = 15;

    /** Registers that a function must leave as it finds them, but for the stack pointer. */
    private static final int[] KEPT = {RBX, RBP, R12, R13, R14, R15};

    private static final int NONE = -1;
    private static final Width HALVES = new Width(8, 32);

    // Opcode maps and mandatory prefixes, as VEX and EVEX number them.
    private static final int MAP_0F = 1;
    private static final int MAP_0F38 = 2;
    private static final int MAP_0F3A = 3;
    private static final int NO_PREFIX = 0;
    private static final int PREFIX_66 = 1;
    private static final int PREFIX_F3 = 2;
    private static final int PREFIX_F2 = 3;

    private byte[] bytes = new byte[1024];
    private int size;
    private final List<Jump> jumps = new ArrayList<>();

    /** When a jump is taken, after {@link #compare} or arithmetic of signed numbers. */
    public enum When {
        ZERO(0x84),
        NOT_ZERO(0x85),
        LESS(0x8C),
        AT_LEAST(0x8D),
        AT_MOST(0x8E),
        GREATER(0x8F);

        private final int opcode;

        When(int opcode) {
            this.opcode = opcode;
        }
    }

    /** A place in the code. */
    public static final class Label {
        private int position = NONE;
    }

    /**
     * {@code offset + base + index} in memory.
     *
     * @param index -1 for none
     */
    public record At(int base, int index, int offset) {
        public At {
            check(base, 16);
            if (index != NONE) {
                check(index, 16);
            }
            if (index == RSP) {
                throw new IllegalArgumentException("the stack pointer as an index");
            }
        }

        /** {@code base + offset}. */
        public static At at(int base, int offset) {
            return new At(base, NONE, offset);
        }
    }

    /**
     * Elements and vectors that instructions work on.
     *
     * @param elementBytes 8 for doubles, 4 for floats
     * @param vectorBytes 16, 32 or 64
     */
    public record Width(int elementBytes, int vectorBytes) {
        public Width {
            boolean isVector = vectorBytes == 16 || vectorBytes == 32 || vectorBytes == 64;
            if (elementBytes != 4 && elementBytes != 8 || !isVector) {
                throw new IllegalArgumentException(
                        "vectors of " + vectorBytes + " bytes, elements of " + elementBytes);
            }
        }

        /** Vector registers there are. */
        public int registers() {
            return isWide() ? 32 : 16;
        }

        /** Elements of a vector. */
        public int lanes() {
            return vectorBytes / elementBytes;
        }

        private boolean isWide() {
            return vectorBytes == 64;
        }

        private int is256() {
            return vectorBytes / 32;
        }

        private int isDouble() {
            return elementBytes / 8;
        }
    }

    private record Jump(int end, Label to) {}

    /** What has been written; every label that is jumped to must have been bound. */
    public byte[] code() {
        for (Jump jump : jumps) {
            if (jump.to.position == NONE) {
                throw new IllegalStateException("a jump to a label that is nowhere");
            }
            putInt(jump.end - Integer.BYTES, jump.to.position - jump.end);
        }
        return Arrays.copyOf(bytes, size);
    }

    // ---------------------------------------------------------------- jumps

    public X64 bind(Label label) {
        label.position = size;
        return this;
    }

    public X64 jump(Label to) {
        return emit(0xE9).target(to);
    }

    public X64 jump(When when, Label to) {
        return emit(0x0F).emit(when.opcode).target(to);
    }

    private X64 target(Label to) {
        emitInt(0);
        jumps.add(new Jump(size, to));
        return this;
    }

    /**
     * Fills up with instructions that do nothing, so that a loop starts at a multiple of 32 bytes.
     */
    public X64 align() {
        while (size % 32 != 0) {
            emit(0x90);
        }
        return this;
    }

    // ---------------------------------------------------------------- functions

    /** Saves what a function must not change: {@link #savedBytes} on the stack. */
    public X64 enter() {
        for (int register : KEPT) {
            rexOf(register).emit(0x50 | register & 7);
        }
        return this;
    }

    /** Bytes between the stack pointer and the return address after {@link #enter}. */
    public static int savedBytes() {
        return KEPT.length * Long.BYTES;
    }

    /** Ends a function that used vectors, whose registers it clears beyond 16 bytes. */
    public X64 leave() {
        return emit(0xC5).emit(0xF8).emit(0x77).leaveWithoutVectors();
    }

    /** Restores what {@link #enter} saved, and returns. */
    X64 leaveWithoutVectors() {
        for (int i = KEPT.length - 1; i >= 0; i--) {
            rexOf(KEPT[i]).emit(0x58 | KEPT[i] & 7);
        }
        return emit(0xC3);
    }

    private X64 rexOf(int register) {
        return register > RDI ? emit(0x41) : this;
    }

    // ---------------------------------------------------------------- integers of 64 bits

    public X64 move(int to, int from) {
        return wide(0x89, from, to);
    }

    public X64 load(int to, At from) {
        return wide(0x8B, to, from);
    }

    public X64 store(At to, int from) {
        return wide(0x89, from, to);
    }

    public X64 add(int to, int value) {
        return wide(0x01, value, to);
    }

    public X64 subtract(int to, int value) {
        return wide(0x29, value, to);
    }

    public X64 compare(int left, int right) {
        return wide(0x39, right, left);
    }

    public X64 addConstant(int to, int value) {
        return constant(0, to, value);
    }

    public X64 andConstant(int to, int value) {
        return constant(4, to, value);
    }

    public X64 compareConstant(int left, int right) {
        return constant(7, left, right);
    }

    public X64 moveConstant(int to, int value) {
        rex(true, 0, NONE, to);
        return emit(0xC7).emit(0xC0 | to & 7).emitInt(value);
    }

    public X64 multiplyConstant(int to, int from, int value) {
        wide(0x69, to, from);
        return emitInt(value);
    }

    /** {@code to *= value}. */
    public X64 multiply(int to, int value) {
        check(to, 16);
        check(value, 16);
        rex(true, to, NONE, value);
        return emit(0x0F).emit(0xAF).emit(0xC0 | (to & 7) << 3 | value & 7);
    }

    public X64 shiftRight(int register, int bits) {
        return wide(0xC1, 5, register).emit(bits);
    }

    public X64 isZero(int register) {
        return wide(0x85, register, register);
    }

    private X64 constant(int operation, int register, int value) {
        return wide(0x81, operation, register).emitInt(value);
    }

    /** Leaf {@code RAX} and {@code RCX} of what the processor is, in RAX, RBX, RCX and RDX. */
    X64 cpuid() {
        return emit(0x0F).emit(0xA2);
    }

    /** State {@code RCX} that the system saves, in RAX and RDX. */
    X64 xgetbv() {
        return emit(0x0F).emit(0x01).emit(0xD0);
    }

    private X64 wide(int opcode, int reg, int rm) {
        check(reg, 16);
        check(rm, 16);
        rex(true, reg, NONE, rm);
        return emit(opcode).emit(0xC0 | (reg & 7) << 3 | rm & 7);
    }

    private X64 wide(int opcode, int reg, At at) {
        check(reg, 16);
        rex(true, reg, at.index, at.base);
        return emit(opcode).memory(reg, at, 1);
    }

    private void rex(boolean isWide, int reg, int index, int base) {
        int high = reg >> 3 << 2 | (index == NONE ? 0 : index >> 3 << 1) | base >> 3;
        emit(0x40 | (isWide ? 8 : 0) | high);
    }

    // ---------------------------------------------------------------- vectors

    /** Asks for the line at {@code at}; nothing happens if it is no memory. */
    public X64 prefetch(At at) {
        if (at.base > RDI || at.index > RDI) {
            rex(false, 0, at.index, at.base);
        }
        return emit(0x0F).emit(0x18).memory(1, at, 1);
    }

    public X64 load(Width width, int to, At from) {
        return vector(width, MAP_0F, NO_PREFIX, 0, 0x10, to, 0, from, width.vectorBytes);
    }

    public X64 store(Width width, At to, int from) {
        return vector(width, MAP_0F, NO_PREFIX, 0, 0x11, from, 0, to, width.vectorBytes);
    }

    /** One element to all lanes. */
    public X64 broadcast(Width width, int to, At from) {
        int isWide = width.isWide() ? width.isDouble() : 0;
        int opcode = 0x18 | width.isDouble();
        return vector(width, MAP_0F38, PREFIX_66, isWide, opcode, to, 0, from, width.elementBytes);
    }

    /** {@code sum = fma(left, right, sum)}. */
    public X64 multiplyAdd(Width width, int sum, int left, int right) {
        return vector(width, MAP_0F38, PREFIX_66, width.isDouble(), 0xB8, sum, left, right);
    }

    /** {@code sum += value}. */
    public X64 add(Width width, int sum, At value) {
        int isWide = width.isWide() ? width.isDouble() : 0;
        return vector(
                width, MAP_0F, width.isDouble(), isWide, 0x58, sum, sum, value, width.vectorBytes);
    }

    /** All bits zero. */
    public X64 clear(Width width, int register) {
        return vector(width, MAP_0F, PREFIX_66, 0, 0xEF, register, register, register);
    }

    /**
     * Elements of {@code first} and {@code second} in turn, of the lower or the upper half of each
     * 16 bytes.
     */
    public X64 interleave(Width width, boolean upper, int to, int first, int second) {
        int isWide = width.isWide() ? width.isDouble() : 0;
        int opcode = upper ? 0x15 : 0x14;
        return vector(width, MAP_0F, width.isDouble(), isWide, opcode, to, first, second);
    }

    /** The lower, or the upper, 16 bytes of two vectors of 32 bytes, side by side. */
    public X64 joinHalves(boolean upper, int to, int first, int second) {
        vector(HALVES, MAP_0F3A, PREFIX_66, 0, 0x06, to, first, second);
        return emit(upper ? 0x31 : 0x20);
    }

    /** The upper 16 bytes of a vector of 32 bytes. */
    public X64 storeUpperHalf(At to, int from) {
        vector(HALVES, MAP_0F3A, PREFIX_66, 0, 0x19, from, 0, to, 1);
        return emit(1);
    }

    public X64 loadElement(Width width, int to, At from) {
        return element(width, 0x10, to, 0, from);
    }

    public X64 storeElement(Width width, At to, int from) {
        return element(width, 0x11, from, 0, to);
    }

    public X64 addElement(Width width, int sum, At value) {
        return element(width, 0x58, sum, sum, value);
    }

    private X64 element(Width width, int opcode, int reg, int second, At at) {
        check(reg, 16);
        int prefix = width.isDouble() == 1 ? PREFIX_F2 : PREFIX_F3;
        vex(MAP_0F, prefix, 0, 0, reg, second, at.index, at.base);
        return emit(opcode).memory(reg, at, 1);
    }

    private X64 vector(
            Width width,
            int map,
            int prefix,
            int isWide,
            int opcode,
            int reg,
            int second,
            At at,
            int accessBytes) {
        check(reg, width.registers());
        check(second, width.registers());
        if (width.isWide()) {
            evex(map, prefix, isWide, reg, second, at.index == NONE ? 0 : at.index, at.base);
            return emit(opcode).memory(reg, at, accessBytes);
        }
        vex(map, prefix, isWide, width.is256(), reg, second, at.index, at.base);
        return emit(opcode).memory(reg, at, 1);
    }

    private X64 vector(
            Width width,
            int map,
            int prefix,
            int isWide,
            int opcode,
            int reg,
            int second,
            int third) {
        check(reg, width.registers());
        check(second, width.registers());
        check(third, width.registers());
        if (width.isWide()) {
            // The third register's fifth bit is where an index has its fourth.
            evex(map, prefix, isWide, reg, second, third >> 4 << 3, third & 15);
        } else {
            vex(map, prefix, isWide, width.is256(), reg, second, NONE, third);
        }
        return emit(opcode).emit(0xC0 | (reg & 7) << 3 | third & 7);
    }

    private void vex(
            int map, int prefix, int isWide, int is256, int reg, int second, int index, int base) {
        int inverted = (reg >> 3 << 2 | (index == NONE ? 0 : index >> 3 << 1) | base >> 3) ^ 7;
        emit(0xC4).emit(inverted << 5 | map);
        emit(isWide << 7 | (~second & 15) << 3 | is256 << 2 | prefix);
    }

    private void evex(int map, int prefix, int isWide, int reg, int second, int index, int base) {
        int inverted = ((reg >> 3 & 1) << 2 | index >> 3 << 1 | base >> 3) ^ 7;
        emit(0x62).emit(inverted << 5 | (~reg >> 4 & 1) << 4 | map);
        emit(isWide << 7 | (~second & 15) << 3 | 4 | prefix);
        emit(2 << 5 | (~second >> 4 & 1) << 3);
    }

    /** What follows an opcode; short offsets are counted in {@code unit} bytes. */
    private X64 memory(int reg, At at, int unit) {
        int mode;
        if (at.offset == 0 && (at.base & 7) != RBP) {
            mode = 0;
        } else if (at.offset % unit == 0 && (byte) (at.offset / unit) == at.offset / unit) {
            mode = 1;
        } else {
            mode = 2;
        }
        boolean hasIndex = at.index != NONE || (at.base & 7) == RSP;
        emit(mode << 6 | (reg & 7) << 3 | (hasIndex ? RSP : at.base & 7));
        if (hasIndex) {
            emit((at.index == NONE ? RSP : at.index & 7) << 3 | at.base & 7);
        }
        return switch (mode) {
            case 0 -> this;
            case 1 -> emit(at.offset / unit);
            default -> emitInt(at.offset);
        };
    }

    // ---------------------------------------------------------------- bytes

    private X64 emit(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) value;
        return this;
    }

    private X64 emitInt(int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            emit(value >> i * Byte.SIZE);
        }
        return this;
    }

    private void putInt(int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (value >> i * Byte.SIZE);
        }
    }

    private static void check(int register, int count) {
        if (register < 0 || register >= count) {
            throw new IllegalArgumentException("register " + register + " of " + count);
        }
    }
}
