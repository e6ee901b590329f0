/**
 * A replicated log: commands in one order on every member, acknowledged by a majority, applied to a
 * deterministic {@link io.tharsis.transport.log.StateMachine} that is restored from a snapshot and
 * the log's tail.
 *
 * <p>{@link io.tharsis.transport.log.LogMember} is a copy of the log, {@link
 * io.tharsis.transport.log.ReplicatedLog} is how commands get in. {@link
 * io.tharsis.transport.log.MemoryLog} keeps all members in one JVM, on its own thread or step by
 * step under a simulation's clock and seed; the package {@code cluster} has Aeron Cluster do it
 * between processes.
 *
 * <p>To add another kind of log, implement both interfaces and run {@code ReplicatedLogContract}
 * over it.
 */
package io.tharsis.transport.log;
