/**
 * A network for tests, in one thread and virtual time, all of it a function of a seed: datagrams
 * that are lost, doubled, delayed and overtaken, paths that are cut or clogged, processes that
 * crash, stand still or lose their wire; and on top of it a {@link io.tharsis.transport.wire.Wire}
 * for each process.
 *
 * <p>It is made for the layers above: {@code SimulatedNetwork} drives their {@link
 * io.tharsis.transport.simulated.Node}s.
 *
 * <p>To add a fault, have {@code Path} do it to datagrams, or {@code SimulatedWire} to a process;
 * give it a method of {@code SimulatedNetwork}, a test in {@code SimulatedFaultsTest} and a turn in
 * {@code SimulatedChaosTest}.
 */
package io.tharsis.transport.simulated;
