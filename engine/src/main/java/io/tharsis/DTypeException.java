package io.tharsis;

/**
 * An operation that has no meaning for the dtypes given; the message names the operation and the
 * dtypes.
 */
public class DTypeException extends TharsisException {
    private static final long serialVersionUID = 1L;

    public DTypeException(String message) {
        super(message);
    }
}
