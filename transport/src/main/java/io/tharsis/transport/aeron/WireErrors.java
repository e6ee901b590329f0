package io.tharsis.transport.aeron;

import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.TimeoutException;
import io.tharsis.transport.common.AeronErrors;

import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;

/**
 * The errors of a wire: those of its client can mean that the client has ended.
 *
 * <p>Thread-safe: drivers and clients call it on their threads.
 */
final class WireErrors extends AeronErrors {
    private volatile Throwable fatal;

    WireErrors(String who, NanoClock clock) {
        super(who, clock);
    }

    /** An error of a client. */
    @Override
    public void onError(Throwable thrown) {
        if (!endsClient(thrown)) {
            onDriverError(thrown);
        } else {
            count();
            // Said by the wire, once, when it starts to build itself anew.
            if (fatal == null) {
                fatal = thrown;
            }
        }
    }

    /** An error of a driver, which goes on. */
    void onDriverError(Throwable thrown) {
        super.onError(thrown);
    }

    /** What ended the client since {@link #forget}; null if nothing did. */
    Throwable fatal() {
        return fatal;
    }

    void forget() {
        fatal = null;
    }

    // A client's conductor says why it stops with a time-out, or with an AeronException as such.
    private static boolean endsClient(Throwable thrown) {
        return thrown instanceof TimeoutException
                || thrown instanceof AgentTerminationException
                || thrown.getClass() == AeronException.class;
    }
}
