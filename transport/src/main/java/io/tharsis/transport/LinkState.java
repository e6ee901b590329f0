package io.tharsis.transport;

/** What a {@link Link} is at. */
public sealed interface LinkState {
    /**
     * Trying to reach the other side.
     *
     * @param last why it is not connected any more; null at the first attempt
     */
    record Connecting(Loss last) implements LinkState {}

    /**
     * Both sides have heard each other.
     *
     * @param remote who is there
     */
    record Connected(Endpoint remote) implements LinkState {}

    /**
     * Over for good: a link that was closed, or one that the other side had made and that was lost.
     * {@link Transport#link} makes a new one.
     */
    record Ended(Loss reason) implements LinkState {}
}
