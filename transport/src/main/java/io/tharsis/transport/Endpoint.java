package io.tharsis.transport;

/**
 * One life of a process at an address. A process that restarts, or whose transport had to be built
 * anew, comes back with a greater incarnation.
 *
 * @param address what it advertises
 * @param incarnation greater than that of any earlier life at this address, as far as the clock of
 *     its machine does not go back
 */
public record Endpoint(Address address, long incarnation) {
    @Override
    public String toString() {
        return address + "#" + Long.toUnsignedString(incarnation, 36);
    }
}
