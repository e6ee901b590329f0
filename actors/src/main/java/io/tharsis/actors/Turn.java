package io.tharsis.actors;

/** What a dispatcher runs: some messages of one actor. */
public interface Turn {
    /**
     * Handles up to {@code most} messages. Throws nothing.
     *
     * @return true if there are more; the dispatcher then runs it again, after others that wait
     */
    boolean run(int most);

    /** As the other, and adds to {@code tally} how many messages were handled. */
    default boolean run(int most, Tally tally) {
        return run(most);
    }
}
