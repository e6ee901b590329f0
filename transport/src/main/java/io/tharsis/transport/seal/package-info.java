/**
 * The seal: every datagram of an embedded media driver is encrypted and authenticated under a key
 * of the cluster, and nothing else reaches Aeron.
 *
 * <p>{@link io.tharsis.transport.seal.SealedDriver} gives the driver endpoints whose sockets seal
 * and open. An endpoint has a {@code SealEngine}, which has a table of {@code Session}s; a {@code
 * Handshake} makes them, challenge first. {@link io.tharsis.transport.seal.ClusterKey} is the key
 * file, {@link io.tharsis.transport.seal.BindingRules} and {@link
 * io.tharsis.transport.seal.PrivateDirectory} say where a process may listen without a key.
 *
 * <p>To add a datagram of the seal's own, give it a kind and a layout in {@code
 * SealedDatagramDescriptor}, handle it in {@code SealEngine}, and add a row to {@code
 * SecurityTableTest}. To move to another Aeron, run {@code AeronInternalsTest} and read what it
 * lists before its numbers are changed.
 */
package io.tharsis.transport.seal;
