/**
 * What {@code tharsis bench} times: one small class per workload, listed in {@link
 * io.tharsis.node.workload.Workloads}.
 *
 * <p>To add a workload: write a class that extends {@link io.tharsis.node.workload.Workload}, add
 * it to {@link io.tharsis.node.workload.Workloads#ALL}, give it rivals of the same name in {@code
 * bench/peers.py} and a tolerance in {@code bench/pairs.py}; {@code WorkloadsTest} wants its
 * expected value.
 */
package io.tharsis.node.workload;
