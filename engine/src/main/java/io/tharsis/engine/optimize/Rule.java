package io.tharsis.engine.optimize;

import io.tharsis.engine.plan.PlanGraph;

/** A rewrite that leaves every root's value as it was. Stateless. */
public interface Rule {
    /** The rewritten graph, or {@code graph} itself if nothing changed. */
    PlanGraph apply(PlanGraph graph);
}
