package io.tharsis.transport.aeron;

/** A wire that could not be built; the message says what was tried and what stood in the way. */
public final class AeronWireException extends RuntimeException {
    private static final long serialVersionUID = 1;

    AeronWireException(String message) {
        super(message);
    }

    AeronWireException(String message, Throwable cause) {
        super(message, cause);
    }
}
