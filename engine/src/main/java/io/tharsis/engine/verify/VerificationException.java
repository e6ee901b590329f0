package io.tharsis.engine.verify;

import io.tharsis.TharsisException;

/**
 * A stage of planning made something that breaks an invariant: a defect of Tharsis, caught before
 * it could give wrong numbers.
 */
public final class VerificationException extends TharsisException {
    private static final long serialVersionUID = 1L;

    private final String stage;

    VerificationException(String stage, String where, String problem) {
        super(
                "after "
                        + stage
                        + ": "
                        + where
                        + " "
                        + problem
                        + "; this is a defect of Tharsis, please report it");
        this.stage = stage;
    }

    /** The stage, or the rule of a stage, whose result is wrong. */
    public String stage() {
        return stage;
    }
}
