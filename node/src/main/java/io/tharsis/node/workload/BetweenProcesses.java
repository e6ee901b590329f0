package io.tharsis.node.workload;

/** A workload between this process and a {@link Partner}. */
abstract class BetweenProcesses extends Workload {
    final Wiring wiring;

    /**
     * @param what is done, before how it goes is said
     */
    BetweenProcesses(String name, String what, Wiring wiring, long defaultSize) {
        super(name, what + ", by " + wiring.words, defaultSize);
        this.wiring = wiring;
    }

    @Override
    public final boolean isBetweenProcesses() {
        return true;
    }
}
