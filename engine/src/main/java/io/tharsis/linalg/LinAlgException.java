package io.tharsis.linalg;

import io.tharsis.TharsisException;

/**
 * A matrix that an algorithm of linear algebra cannot work on: singular, not positive definite,
 * with complex eigenvalues, or one for which an iteration does not end. The message names the place
 * (the pivot) counted from 0. NumPy's {@code LinAlgError}.
 *
 * <p>Only the data can tell, so it is thrown where the value is asked for.
 */
public class LinAlgException extends TharsisException {
    private static final long serialVersionUID = 1L;

    public LinAlgException(String message) {
        super(message);
    }
}
