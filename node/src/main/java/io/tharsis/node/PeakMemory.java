package io.tharsis.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The most memory this process had in RAM at once, where the system tells it (Linux). */
final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");

    private PeakMemory() {}

    /** In bytes, since the start of the process or the last {@link #reset}. */
    static OptionalLong bytes() {
        try {
            return parse(Files.readString(STATUS));
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    static OptionalLong parse(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst();
    }

    /** Forgets the peak so far; does nothing where the system cannot. */
    static void reset() {
        try {
            Files.writeString(CLEAR_REFS, "5");
        } catch (IOException | UnsupportedOperationException _) {
            // The peak then includes what was before.
        }
    }

    /** For people: {@code 153.2 MiB}, or that it is unknown. */
    static String text() {
        OptionalLong bytes = bytes();
        return bytes.isPresent() ? Sizes.text(bytes.getAsLong()) : "unknown on this system";
    }
}
