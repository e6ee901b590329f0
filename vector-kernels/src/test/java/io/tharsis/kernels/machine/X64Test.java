package io.tharsis.kernels.machine;

import static io.tharsis.kernels.machine.X64.At.at;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.kernels.machine.X64.At;
import io.tharsis.kernels.machine.X64.Width;

import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a disassembler reads out of each instruction is what was meant: {@code x64.txt} holds the
 * bytes and what GNU objdump says of them. {@code src/test/python/x64.py} makes it from the bytes
 * that {@link #main} prints; no text of this class goes in.
 */
class X64Test {
    private static final String[] GENERAL = {
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
        "r13", "r14", "r15"
    };
    private static final int[] OFFSETS = {0, 8, -64, 96, 8192};
    private static final Width[] WIDTHS = {
        new Width(8, 64), new Width(4, 64), new Width(8, 32), new Width(4, 32), new Width(8, 16)
    };

    private final Map<String, byte[]> cases = new LinkedHashMap<>();

    /** Prints each instruction in hexadecimal digits, a line each. */
    public static void main(String[] arguments) {
        var test = new X64Test();
        test.write();
        test.cases.values().forEach(code -> System.out.println(HexFormat.of().formatHex(code)));
    }

    @Test
    void shouldWriteWhatADisassemblerReads() throws Exception {
        write();
        Map<String, String> known = new HashMap<>();
        try (InputStream file = X64Test.class.getResourceAsStream("/x64.txt")) {
            for (String line :
                    new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                int tab = line.indexOf('\t');
                known.put(line.substring(tab + 1), line.substring(0, tab));
            }
        }
        cases.forEach(
                (text, code) ->
                        assertEquals(known.get(text), HexFormat.of().formatHex(code), text));
        assertEquals(cases.size(), known.size());
    }

    @Test
    void shouldRefuseWhatHasNoEncoding() {
        var code = new X64();
        Width wide = new Width(8, 64);
        Width narrow = new Width(8, 32);
        assertThrows(IllegalArgumentException.class, () -> code.clear(wide, 32));
        assertThrows(IllegalArgumentException.class, () -> code.clear(narrow, 16));
        assertThrows(IllegalArgumentException.class, () -> code.add(16, 0));
        assertThrows(IllegalArgumentException.class, () -> new At(0, X64.RSP, 0));
        assertThrows(IllegalArgumentException.class, () -> new Width(2, 32));
        code.jump(new X64.Label());
        assertThrows(IllegalStateException.class, code::code);
    }

    private void add(String text, Consumer<X64> instruction) {
        var code = new X64();
        instruction.accept(code);
        byte[] before = cases.put(text, code.code());
        assertTrue(before == null || Arrays.equals(before, code.code()), text);
    }

    private void write() {
        for (int to = 0; to < GENERAL.length; to++) {
            int from = (to * 7 + 3) % GENERAL.length;
            integers(to, from);
            for (int offset : OFFSETS) {
                memory(to, from, offset);
            }
        }
        for (Width width : WIDTHS) {
            for (int register = 0; register < width.registers(); register++) {
                vectors(width, register);
            }
        }
        add("cpuid", X64::cpuid);
        add("xgetbv", X64::xgetbv);
    }

    private void integers(int to, int from) {
        String pair = " %" + GENERAL[from] + ",%" + GENERAL[to];
        String constant = " $0x4d2,%" + GENERAL[to];
        String negative = " $0xffffffffffffffe8,%" + GENERAL[to];
        add("mov" + pair, code -> code.move(to, from));
        add("add" + pair, code -> code.add(to, from));
        add("sub" + pair, code -> code.subtract(to, from));
        add("cmp" + pair, code -> code.compare(to, from));
        String self = "%" + GENERAL[to];
        add("test " + self + "," + self, code -> code.isZero(to));
        // The accumulator has shorter forms of these, which are not written.
        add("add" + constant, code -> code.addConstant(to, 1234));
        add("add" + negative, code -> code.addConstant(to, -24));
        add("and" + constant, code -> code.andConstant(to, 1234));
        add("cmp" + constant, code -> code.compareConstant(to, 1234));
        add("mov" + constant, code -> code.moveConstant(to, 1234));
        add("imul $0x4d2" + pair.replace(" ", ","), code -> code.multiplyConstant(to, from, 1234));
        add("imul" + pair, code -> code.multiply(to, from));
        add("shr $0x2," + self, code -> code.shiftRight(to, 2));
    }

    private static String text(At at) {
        String sign = at.offset() < 0 ? "-" : "";
        String offset =
                at.offset() == 0 ? "" : sign + "0x" + Long.toHexString(Math.abs(at.offset()));
        boolean isExplicit = at.offset() == 0 && (at.base() & 7) == X64.RBP;
        String index = at.index() < 0 ? "" : ",%" + GENERAL[at.index()] + ",1";
        return (isExplicit ? "0x0" : offset) + "(%" + GENERAL[at.base()] + index + ")";
    }

    private void memory(int register, int base, int offset) {
        At at = at(base, offset);
        add("mov " + text(at) + ",%" + GENERAL[register], code -> code.load(register, at));
        add("mov %" + GENERAL[register] + "," + text(at), code -> code.store(at, register));
        add("prefetcht0 " + text(at), code -> code.prefetch(at));
        if (register != X64.RSP) {
            At indexed = new At(base, register, offset);
            add("prefetcht0 " + text(indexed), code -> code.prefetch(indexed));
            String zmm = text(indexed) + ",%zmm" + register;
            add("vmovups " + zmm, code -> code.load(WIDTHS[0], register, indexed));
            String xmm = text(indexed) + ",%xmm" + register;
            add("vmovsd " + xmm, code -> code.loadElement(WIDTHS[0], register, indexed));
        }
        for (Width width : WIDTHS) {
            String name = "%" + bank(width) + register;
            String suffix = width.elementBytes() == 8 ? "d" : "s";
            add("vmovups " + text(at) + "," + name, code -> code.load(width, register, at));
            add("vmovups " + name + "," + text(at), code -> code.store(width, at, register));
            add(
                    "vaddp" + suffix + " " + text(at) + "," + name + "," + name,
                    code -> code.add(width, register, at));
            if (width.vectorBytes() > 16) {
                add(
                        "vbroadcasts" + suffix + " " + text(at) + "," + name,
                        code -> code.broadcast(width, register, at));
                String xmm = "%xmm" + register;
                add(
                        "vmovs" + suffix + " " + text(at) + "," + xmm,
                        code -> code.loadElement(width, register, at));
                add(
                        "vmovs" + suffix + " " + xmm + "," + text(at),
                        code -> code.storeElement(width, at, register));
                add(
                        "vadds" + suffix + " " + text(at) + "," + xmm + "," + xmm,
                        code -> code.addElement(width, register, at));
            }
        }
    }

    private static String bank(Width width) {
        return switch (width.vectorBytes()) {
            case 64 -> "zmm";
            case 32 -> "ymm";
            default -> "xmm";
        };
    }

    private void vectors(Width width, int register) {
        String bank = "%" + bank(width);
        int second = (register * 5 + 1) % width.registers();
        int third = (register * 11 + 7) % width.registers();
        String suffix = width.elementBytes() == 8 ? "d " : "s ";
        add(
                "vfmadd231p" + suffix + bank + third + "," + bank + second + "," + bank + register,
                code -> code.multiplyAdd(width, register, second, third));
        String operands = bank + third + "," + bank + second + "," + bank + register;
        add(
                "vunpcklp" + suffix + operands,
                code -> code.interleave(width, false, register, second, third));
        add(
                "vunpckhp" + suffix + operands,
                code -> code.interleave(width, true, register, second, third));
        if (width.vectorBytes() == 32) {
            add(
                    "vperm2f128 $0x20," + operands,
                    code -> code.joinHalves(false, register, second, third));
            add(
                    "vperm2f128 $0x31," + operands,
                    code -> code.joinHalves(true, register, second, third));
            At upper = at(second, 16 * third);
            add(
                    "vextractf128 $0x1,%ymm" + register + "," + text(upper),
                    code -> code.storeUpperHalf(upper, register));
        }
        String name = bank + register;
        String clear = width.vectorBytes() == 64 ? "vpxord " : "vpxor ";
        add(clear + name + "," + name + "," + name, code -> code.clear(width, register));
        At at = at(X64.RSI, 64);
        add("vmovups " + text(at) + "," + name, code -> code.load(width, register, at));
        add("vmovups " + name + "," + text(at), code -> code.store(width, at, register));
        add(
                "vaddp" + suffix + text(at) + "," + name + "," + name,
                code -> code.add(width, register, at));
    }
}
