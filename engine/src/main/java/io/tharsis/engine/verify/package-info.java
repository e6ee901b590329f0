/**
 * Checks between the stages of planning: of the graph after each rule, of the steps after fusing,
 * of the plan after tiling. On with {@code -Dtharsis.verify=true}, as in tests; else they cost
 * nothing. A check that fails names the stage, the rule and the node.
 *
 * <p>To add a check, add it to {@code GraphChecks}, {@code StepChecks} or {@code PlanChecks}, and a
 * corrupted example that it alone catches to {@code GraphChecksTest} or {@code
 * StepAndPlanChecksTest}.
 */
package io.tharsis.engine.verify;
