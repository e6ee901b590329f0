/**
 * Tasks at work: the pool of compute threads, the execution that hands them tasks as memory allows,
 * and one runner for each kind of task.
 *
 * <p>A runner is a {@link io.tharsis.engine.execute.Job}: a number of morsels that any worker may
 * run in any order, and a finish that runs once after the last. To add a kind of task: give it a
 * job, and a case in {@code Jobs}.
 */
package io.tharsis.engine.execute;
