package io.tharsis.actors.codec;

/** A message is of a class that has other fields, here, than where it was encoded. */
public final class VersionMismatchException extends DecodeException {
    private static final long serialVersionUID = 1;

    private final Class<?> type;
    private final long here;
    private final long there;

    VersionMismatchException(Class<?> type, long here, long there) {
        super(
                type.getName()
                        + " has the fingerprint "
                        + Long.toHexString(here)
                        + " here and "
                        + Long.toHexString(there)
                        + " where it was encoded: the two processes have different versions of it,"
                        + " or of a type in its fields");
        this.type = type;
        this.here = here;
        this.there = there;
    }

    /** The class, as it is here. */
    public Class<?> type() {
        return type;
    }

    /** Its fingerprint in this process. */
    public long here() {
        return here;
    }

    /** Its fingerprint where the message was encoded. */
    public long there() {
        return there;
    }
}
