/**
 * What a transport stands on: one-way ordered streams of frames.
 *
 * <p>To add a kind of wire, implement {@link io.tharsis.transport.wire.Wire} and have {@code
 * WireContract} run over it.
 */
package io.tharsis.transport.wire;
