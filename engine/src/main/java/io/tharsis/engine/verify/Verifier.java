package io.tharsis.engine.verify;

import io.tharsis.engine.fuse.Step;
import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.tile.Plan;

import java.util.List;

/** The checks that planning calls. Each does nothing unless verification is on. */
public final class Verifier {
    private static final boolean ON = Boolean.getBoolean("tharsis.verify");

    private Verifier() {}

    /** A graph as it was read from operands. */
    public static void read(PlanGraph graph) {
        if (ON) {
            new GraphChecks("reading the graph", graph).check();
        }
    }

    /** What the rule named {@code rule} made of a graph. */
    public static void rewritten(String rule, PlanGraph before, PlanGraph after) {
        if (ON && before != after) {
            new GraphChecks("rule " + rule, after).checkRewritten(before);
        }
    }

    /** The steps that make the stored nodes of {@code graph}. */
    public static void fused(PlanGraph graph, List<Step> steps) {
        if (ON) {
            new StepChecks(graph).check(steps);
        }
    }

    public static void tiled(PlanGraph graph, Plan plan) {
        if (ON) {
            new PlanChecks(graph, plan).check();
        }
    }
}
