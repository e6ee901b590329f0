package io.tharsis.engine.execute;

/** A task under way, in pieces that may run at the same time. */
interface Job {
    /** How many pieces there are; at least 1. */
    int morsels();

    /** Runs piece {@code morsel}; each is run once, by any thread. */
    void run(int morsel);

    /** Runs once, after the last piece, on the thread that ran it. */
    default void finish() {}
}
