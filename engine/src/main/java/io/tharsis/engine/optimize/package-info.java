/**
 * Rewrites of the coarse graph, one rule a class, each a function from graph to graph that answers
 * the same graph if it found nothing to do.
 *
 * <p>To add a rule: implement {@link io.tharsis.engine.optimize.Rule}, put it into {@link
 * io.tharsis.engine.optimize.Optimizer}, and test it alone in {@code RulesTest} by comparing
 * printed graphs. A plan is shared by graphs of other numbers and seeds, so a rule must not look at
 * them.
 */
package io.tharsis.engine.optimize;
