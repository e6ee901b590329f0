package io.tharsis.kernels.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Bytes of this machine's caches, which decide the speed of outer blocks and no bits.
 *
 * @param level2 of one core
 * @param level3 of all cores that share it
 */
record CacheSizes(long level2, long level3) {
    private static final Path LINUX = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final int INDEXES = 5;

    /** What most machines of the last ten years have at least. */
    private static final CacheSizes USUAL = new CacheSizes(512 << 10, 8 << 20);

    static final CacheSizes OF_MACHINE = read(LINUX);

    /** What Linux tells of the first processor; the usual sizes where it tells nothing. */
    static CacheSizes read(Path folder) {
        long level2 = 0;
        long level3 = 0;
        for (int index = 0; index < INDEXES; index++) {
            Path cache = folder.resolve("index" + index);
            switch (line(cache.resolve("level"))) {
                case "2" -> level2 = bytes(line(cache.resolve("size")));
                case "3" -> level3 = bytes(line(cache.resolve("size")));
                default -> {}
            }
        }
        return new CacheSizes(
                level2 > 0 ? level2 : USUAL.level2, level3 > 0 ? level3 : USUAL.level3);
    }

    private static String line(Path file) {
        try {
            return Files.isReadable(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static long bytes(String size) {
        if (!size.matches("\\d{1,9}[KM]?")) {
            return 0;
        }
        int shift = size.endsWith("K") ? 10 : size.endsWith("M") ? 20 : 0;
        return Long.parseLong(shift > 0 ? size.substring(0, size.length() - 1) : size) << shift;
    }
}
