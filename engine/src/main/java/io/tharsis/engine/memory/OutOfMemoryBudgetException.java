package io.tharsis.engine.memory;

import io.tharsis.TharsisException;

/**
 * A reservation that the memory budget cannot meet: even after a collection, and with all chunks on
 * disk that nobody uses now.
 */
public final class OutOfMemoryBudgetException extends TharsisException {
    private static final long serialVersionUID = 1L;

    private final long bytesAsked;
    private final long capacity;
    private final long reserved;

    OutOfMemoryBudgetException(
            long bytesAsked, long bytesNeeded, PoolStats stats, long reserved, String liveTensors) {
        super(message(bytesAsked, bytesNeeded, stats, reserved, liveTensors));
        this.bytesAsked = bytesAsked;
        this.capacity = stats.capacity();
        this.reserved = reserved;
    }

    private OutOfMemoryBudgetException(String message, long bytesAsked, long capacity) {
        super(message);
        this.bytesAsked = bytesAsked;
        this.capacity = capacity;
        this.reserved = 0;
    }

    /**
     * A refusal before anything is computed.
     *
     * @param tensor what would be computed
     * @param bytesNeeded by a chunk of it, together with what it is computed from
     * @param remedy what would fit, as the end of a sentence
     */
    public static OutOfMemoryBudgetException thatCanNeverFit(
            String tensor, long bytesNeeded, long capacity, String remedy) {
        return new OutOfMemoryBudgetException(
                "a chunk of "
                        + tensor
                        + " and what it is computed from need "
                        + exact(bytesNeeded)
                        + " at once, but the whole memory budget is "
                        + exact(capacity)
                        + "; "
                        + remedy,
                bytesNeeded,
                capacity);
    }

    /** Bytes that were asked for. */
    public long bytesAsked() {
        return bytesAsked;
    }

    /** Bytes the budget has in all. */
    public long capacity() {
        return capacity;
    }

    /** Bytes that were reserved when the request was refused. */
    public long reserved() {
        return reserved;
    }

    private static String message(
            long asked, long needed, PoolStats stats, long reserved, String liveTensors) {
        String what = "cannot allocate " + exact(asked) + ": ";
        if (needed > stats.capacity()) {
            return what
                    + "the whole memory budget is "
                    + exact(stats.capacity())
                    + ", so it can never fit; use smaller chunks or give the session more memory";
        }
        String state =
                exact(reserved)
                        + " of the budget of "
                        + exact(stats.capacity())
                        + " are reserved ("
                        + exact(stats.inUse())
                        + " in use)";
        String cause =
                needed <= stats.capacity() - reserved
                        ? "the operating system refused to map it, though only " + state
                        : state;
        String live = liveTensors.isBlank() ? "" : "; live tensors: " + liveTensors;
        return what
                + cause
                + live
                + "; close tensors or scopes that are done, use smaller chunks, or give the session"
                + " more memory";
    }

    private static String exact(long byteCount) {
        return byteCount < 1024
                ? byteCount + " bytes"
                : byteCount + " bytes (" + ByteCounts.inWords(byteCount) + ")";
    }
}
