package io.tharsis.engine.optimize;

import io.tharsis.engine.plan.PlanGraph;
import java.util.List;

/** All rules, in order; each runs once, since each leaves nothing for itself to do. */
public final class Optimizer {
    private static final List<Rule> RULES = List.of(new ComposeViews(), new PushReshapeDown(), new ComposeViews(), new MergeDuplicates());

    private Optimizer() {}

    public static PlanGraph optimize(PlanGraph graph) {
        PlanGraph current = graph;
        for (Rule rule : RULES) {
            current = rule.apply(current);
        }
        return current;
    }
}
