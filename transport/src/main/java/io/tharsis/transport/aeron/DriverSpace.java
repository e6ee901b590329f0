package io.tharsis.transport.aeron;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether there is room for the files of media drivers. They lie in memory, and are sparse: a file
 * system that fills up while one is written kills the process that writes, with no exception.
 *
 * @param enough whether a driver and the streams to one other process fit
 * @param text for people: where, how much there is and how much it takes
 */
public record DriverSpace(boolean enough, String text) {
    private static final long MIB = 1 << 20;

    /**
     * What Aeron makes at the start of a driver: buffers of commands, counters, errors and losses.
     */
    static final long DRIVER_BYTES = 12 * MIB;

    /** A log is three terms and a page of its own. */
    private static final long LOG_PAGES = 3;

    /** Both ways, messages and bulk, by shared memory: each is written and read in one log. */
    static final long IPC_PEER_BYTES =
            2 * LOG_PAGES * (AeronConfig.MESSAGE_TERM + AeronConfig.BULK_TERM_IPC);

    /** The same by UDP, where a log is on the one side only; so this is one side's. */
    static final long UDP_PEER_BYTES =
            2 * LOG_PAGES * (AeronConfig.MESSAGE_TERM + AeronConfig.BULK_TERM_UDP);

    /** What a driver and a session of two processes take once all of their terms were used. */
    public static final long SESSION_BYTES =
            DRIVER_BYTES + Math.max(IPC_PEER_BYTES, UDP_PEER_BYTES);

    /** Looks at the file system that {@code folder} is on or would be. */
    public static DriverSpace check(Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (there == null) {
            return new DriverSpace(false, "no file system for media drivers at " + folder);
        }
        try {
            return of(folder, Files.getFileStore(there).getUsableSpace());
        } catch (IOException e) {
            return new DriverSpace(
                    false, "no look at the space for media drivers at " + there + ": " + e);
        }
    }

    static DriverSpace of(Path folder, long freeBytes) {
        boolean enough = freeBytes >= SESSION_BYTES;
        String text =
                "media drivers at "
                        + folder
                        + ": "
                        + freeBytes / MIB
                        + " MiB free, two processes take up to "
                        + SESSION_BYTES / MIB
                        + " MiB, each further one "
                        + IPC_PEER_BYTES / MIB
                        + " MiB for every peer";
        return new DriverSpace(enough, enough ? text : text + "; in a container, raise --shm-size");
    }
}
