/**
 * Connections over a wire: who is at the other end, whether it still is, and which frames are of
 * this connection.
 *
 * <p>To add a kind of frame, give it a number in {@code FrameDescriptor}, handle it in {@code
 * LinkMachine}, and test it in {@code LinkMachineTest}.
 */
package io.tharsis.transport.link;
