package io.tharsis.golden;

import io.tharsis.DType;
import io.tharsis.engine.graph.Shapes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The golden cases, in the form that {@code src/test/python/goldens/table.py} describes. */
final class GoldenFile {
    private final List<GoldenCase> cases = new ArrayList<>();
    private final Map<DType, MemorySegment> pools = new EnumMap<>(DType.class);

    private GoldenFile() {}

    static GoldenFile load() {
        var file = new GoldenFile();
        List<String> lines = List.of();
        try (var stream = GoldenFile.class.getResourceAsStream("/golden/goldens.zip");
                var zip = new ZipInputStream(stream)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] bytes = zip.readAllBytes();
                if (entry.getName().equals("cases.txt")) {
                    lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
                } else {
                    int headerBytes = (bytes[8] & 0xFF) + (bytes[9] & 0xFF) * 256 + 10;
                    DType dtype = GoldenArray.dtype(entry.getName().replace(".npy", ""));
                    file.pools.put(dtype, MemorySegment.ofArray(bytes).asSlice(headerBytes));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lines.forEach(file::add);
        return file;
    }

    List<GoldenCase> cases() {
        return cases;
    }

    private void add(String line) {
        String[] fields = line.split("\t", -1);
        List<GoldenArray> expected =
                fields[3].equals("error")
                        ? null
                        : Arrays.stream(fields[3].split(" ")).map(this::array).toList();
        Object[] arguments = new Object[fields.length - 4];
        Arrays.setAll(arguments, i -> argument(fields[i + 4]));
        GoldenArray bounds = fields[1].startsWith("abs@") ? array(fields[1].substring(4)) : null;
        cases.add(
                new GoldenCase(
                        line,
                        fields[0],
                        bounds == null ? fields[1] : "abs",
                        bounds,
                        fields[2],
                        expected,
                        arguments));
    }

    private Object argument(String text) {
        int colon = text.indexOf(':');
        if (colon != 1) {
            return text.equals("null") ? new GoldenCase.Absent() : array(text);
        }
        String value = text.substring(2);
        return switch (text.charAt(0)) {
            case 'l' -> (Object) Long.valueOf(value);
            case 'd' -> Double.valueOf(value);
            case 'i' -> Integer.valueOf(value);
            case 'b' -> Boolean.valueOf(value);
            case 's' -> value;
            case 'L' -> longs(value);
            case 'I' -> Arrays.stream(longs(value)).mapToInt(Math::toIntExact).toArray();
            case 'F' -> Arrays.stream(value.split(",")).mapToDouble(Double::parseDouble).toArray();
            case 'D' -> GoldenArray.dtype(value);
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static long[] longs(String text) {
        return text.isEmpty()
                ? new long[0]
                : Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
    }

    private GoldenArray array(String text) {
        int open = text.indexOf('[');
        int close = text.indexOf(']');
        DType dtype = GoldenArray.dtype(text.substring(0, open));
        long[] shape = longs(text.substring(open + 1, close));
        long offset = Long.parseLong(text.substring(close + 2)) * dtype.byteSize();
        return new GoldenArray(
                dtype,
                shape,
                pools.get(dtype).asSlice(offset, Shapes.size(shape) * dtype.byteSize()));
    }
}
