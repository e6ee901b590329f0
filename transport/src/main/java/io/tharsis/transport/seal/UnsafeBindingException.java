package io.tharsis.transport.seal;

/** A refusal to start where others could get in; the message says what to do. */
public final class UnsafeBindingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnsafeBindingException(String message) {
        super(message);
    }
}
