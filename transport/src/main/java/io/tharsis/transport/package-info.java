/**
 * Messages, bulk data and replicated logs between processes.
 *
 * <p>A {@link io.tharsis.transport.Transport} has an {@link io.tharsis.transport.Endpoint} and
 * {@link io.tharsis.transport.Link}s to others; a {@link io.tharsis.transport.LinkListener} gets
 * what comes in. Below, a {@link io.tharsis.transport.wire.Wire} carries frames: Aeron's, or a
 * simulated one in tests; the package {@code link} makes connections of it.
 *
 * <p>To add a wire, implement {@code Wire} and run {@code WireContract} over it.
 */
package io.tharsis.transport;
