package io.tharsis.engine.npy;

import io.tharsis.DType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The files made by src/test/python/make_npy_goldens.py. */
final class NpyGoldens {
    private NpyGoldens() {}

    /**
     * @param elements in the order of the file, little-endian
     */
    record Readable(
            String entry,
            byte[] file,
            DType dtype,
            boolean fortranOrder,
            boolean bigEndian,
            int version,
            long[] shape,
            byte[] elements) {
        @Override
        public String toString() {
            return entry;
        }
    }

    record Refused(String entry, byte[] file, String messagePart) {
        @Override
        public String toString() {
            return entry;
        }
    }

    static List<Readable> readable() throws IOException {
        Map<String, byte[]> files = unzip("arrays.zip");
        List<Readable> goldens = new ArrayList<>();
        for (String[] cells : table("arrays.tsv")) {
            long[] shape =
                    cells[5].isEmpty()
                            ? new long[0]
                            : Arrays.stream(cells[5].split(","))
                                    .mapToLong(Long::parseLong)
                                    .toArray();
            goldens.add(
                    new Readable(
                            cells[0],
                            files.get(cells[0]),
                            DType.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                            cells[2].equals("F"),
                            cells[3].equals("big"),
                            Integer.parseInt(cells[4]),
                            shape,
                            HexFormat.of().parseHex(cells[6])));
        }
        return goldens;
    }

    static List<Refused> refused() throws IOException {
        Map<String, byte[]> files = unzip("misuse.zip");
        List<Refused> goldens = new ArrayList<>();
        for (String[] cells : table("misuse.tsv")) {
            goldens.add(new Refused(cells[0], files.get(cells[0]), cells[1]));
        }
        return goldens;
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = NpyGoldens.class.getResourceAsStream("/npy/" + name)) {
            return in.readAllBytes();
        }
    }

    private static List<String[]> table(String name) throws IOException {
        return new String(resource(name), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("\t", -1))
                .toList();
    }

    private static Map<String, byte[]> unzip(String name) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (ZipInputStream in =
                new ZipInputStream(NpyGoldens.class.getResourceAsStream("/npy/" + name))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }
}
