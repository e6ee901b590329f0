package io.tharsis.engine.optimize;

import io.tharsis.engine.plan.PlanGraph;
import io.tharsis.engine.verify.Verifier;

import java.util.List;

/** All rules, in order; each runs once, since each leaves nothing for itself to do. */
public final class Optimizer {
    private static final List<Rule> RULES =
            List.of(
                    new ComposeViews(),
                    new PushReshapeDown(),
                    new ComposeViews(),
                    new MergeDuplicates());

    private Optimizer() {}

    public static PlanGraph optimize(PlanGraph graph) {
        PlanGraph current = graph;
        for (Rule rule : RULES) {
            PlanGraph rewritten = rule.apply(current);
            Verifier.rewritten(rule.getClass().getSimpleName(), current, rewritten);
            current = rewritten;
        }
        return current;
    }
}
