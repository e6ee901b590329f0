/**
 * Plans: a coarse graph's structure ({@link io.tharsis.engine.plan.PlanGraph}), taken from operands
 * once and free of their data, so that a plan made for it serves every later computation of the
 * same structure ({@link io.tharsis.engine.plan.PlanKey}).
 *
 * <p>To add something that a plan may depend on, add it to the key in {@code GraphReader} and to
 * {@code GraphReaderTest}.
 */
package io.tharsis.engine.plan;
