package io.tharsis.engine.chunked;

import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.tharsis.DType;
import io.tharsis.TharsisException;
import io.tharsis.engine.graph.Block;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads and checks the files that {@code src/test/python/chunked_golden.py} writes. */
final class Golden {
    private final Map<String, Block> arrays = new HashMap<>();

    /** A function under test. */
    @FunctionalInterface
    interface Subject {
        /**
         * @param arguments as in the file, {@code None} for all axes
         */
        Operand build(String[] arguments, Operand... inputs);
    }

    /**
     * Runs every case of a file.
     *
     * @param looseZeros whether -0.0 and 0.0 count as equal; else floats must agree in all bits
     *     (every NaN being one value)
     */
    static void check(String file, boolean looseZeros, Map<String, Subject> subjects) {
        var golden = new Golden();
        List<String> failures = new ArrayList<>();
        int cases = 0;
        for (String line : lines(file)) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "array" -> golden.arrays.put(words[1], parse(words, 2));
                case "case" -> {
                    cases++;
                    String expected = text(parse(words, 5), looseZeros);
                    String actual;
                    try {
                        actual = text(FakeCall.evaluate(golden.build(words, subjects)), looseZeros);
                    } catch (RuntimeException e) {
                        actual = e.toString();
                    }
                    if (!expected.equals(actual)) {
                        failures.add(
                                line
                                        + "\n  got "
                                        + actual
                                        + "\n  for "
                                        + text(golden.inputs(words[3])[0], false));
                    }
                }
                case "error" ->
                        assertThrows(
                                TharsisException.class,
                                () -> FakeCall.evaluate(golden.build(words, subjects)),
                                line);
                default -> throw new IllegalArgumentException(line);
            }
        }
        if (cases == 0 || !failures.isEmpty()) {
            throw new AssertionError(
                    failures.size()
                            + " of "
                            + cases
                            + " cases of "
                            + file
                            + " failed:\n"
                            + failures.stream().limit(12).collect(Collectors.joining("\n")));
        }
    }

    private Operand build(String[] words, Map<String, Subject> subjects) {
        Operand[] inputs =
                Arrays.stream(inputs(words[3])).map(FakeCall::data).toArray(Operand[]::new);
        return subjects.get(words[1])
                .build(words[2].equals("-") ? new String[0] : words[2].split(","), inputs);
    }

    private Block[] inputs(String names) {
        return Arrays.stream(names.split(",")).map(arrays::get).toArray(Block[]::new);
    }

    private static List<String> lines(String file) {
        try (var stream = Golden.class.getResourceAsStream("/chunked/" + file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Block parse(String[] words, int from) {
        DType dtype = DType.valueOf(words[from].toUpperCase(Locale.ROOT));
        long[] shape =
                words[from + 1].equals("-")
                        ? Shapes.SCALAR
                        : Arrays.stream(words[from + 1].split("x"))
                                .mapToLong(Long::parseLong)
                                .toArray();
        Block block = FakeCall.block(dtype, shape);
        for (int i = 0; i < block.size(); i++) {
            put(block.segment(), dtype, i, words[from + 2 + i]);
        }
        return block;
    }

    private static void put(MemorySegment segment, DType dtype, long index, String word) {
        String number = word.replace("nan", "NaN").replace("inf", "Infinity");
        switch (dtype) {
            case BOOL, INT8, UINT8 -> segment.set(JAVA_BYTE, index, (byte) Long.parseLong(number));
            case INT16, UINT16 ->
                    segment.setAtIndex(JAVA_SHORT, index, (short) Long.parseLong(number));
            case INT32, UINT32 -> segment.setAtIndex(JAVA_INT, index, (int) Long.parseLong(number));
            case INT64 -> segment.setAtIndex(JAVA_LONG, index, Long.parseLong(number));
            case UINT64 -> segment.setAtIndex(JAVA_LONG, index, Long.parseUnsignedLong(number));
            case FLOAT32 ->
                    segment.setAtIndex(
                            JAVA_INT, index, Float.floatToRawIntBits(Float.parseFloat(number)));
            case FLOAT64 ->
                    segment.setAtIndex(
                            JAVA_LONG,
                            index,
                            Double.doubleToRawLongBits(Double.parseDouble(number)));
        }
    }

    /** Dtype, shape and values. */
    static String text(Block block, boolean looseZeros) {
        var text = new StringBuilder(block.dtype() + Shapes.text(block.shape()));
        for (long i = 0; i < block.size(); i++) {
            text.append(' ').append(element(block, i, looseZeros));
        }
        return text.toString();
    }

    private static String element(Block block, long i, boolean looseZeros) {
        MemorySegment segment = block.segment();
        return switch (block.dtype()) {
            case BOOL, INT8 -> Byte.toString(segment.get(JAVA_BYTE, i));
            case UINT8 -> Integer.toString(segment.get(JAVA_BYTE, i) & 0xFF);
            case INT16 -> Short.toString(segment.getAtIndex(JAVA_SHORT, i));
            case UINT16 -> Integer.toString(segment.getAtIndex(JAVA_SHORT, i) & 0xFFFF);
            case INT32 -> Integer.toString(segment.getAtIndex(JAVA_INT, i));
            case UINT32 -> Integer.toUnsignedString(segment.getAtIndex(JAVA_INT, i));
            case INT64 -> Long.toString(segment.getAtIndex(JAVA_LONG, i));
            case UINT64 -> Long.toUnsignedString(segment.getAtIndex(JAVA_LONG, i));
            case FLOAT32 -> {
                float value = Float.intBitsToFloat(segment.getAtIndex(JAVA_INT, i));
                yield Float.toString(looseZeros ? value + 0.0f : value);
            }
            case FLOAT64 -> {
                double value = Double.longBitsToDouble(segment.getAtIndex(JAVA_LONG, i));
                yield Double.toString(looseZeros ? value + 0.0 : value);
            }
        };
    }
}
