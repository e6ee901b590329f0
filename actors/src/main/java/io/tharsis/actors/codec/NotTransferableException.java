package io.tharsis.actors.codec;

/**
 * A type cannot travel between processes. At registration the message starts with the path of the
 * offending field, {@code Order.customer.socket: java.net.Socket cannot travel; ...}: {@code .}
 * goes into a component, {@code []} into elements, {@code [key]} and {@code [value]} into those of
 * a map, {@code ?} into an Optional, {@code (Name)} to a class of a sealed interface. At encoding
 * the message names the class of a value that was not registered.
 */
public final class NotTransferableException extends CodecException {
    private static final long serialVersionUID = 1;

    NotTransferableException(String message, Throwable cause) {
        super(message, cause);
    }
}
