package io.tharsis;

/** Shapes, axes or indices that do not fit; the message names both sides. */
public class ShapeException extends TharsisException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }
}
