package io.tharsis.actors;

import io.tharsis.transport.Loss;

import java.util.Optional;

/** An ask that got no answer. The message names the actor and the class of what it was asked. */
public abstract sealed class AskException extends ActorException {
    private static final long serialVersionUID = 1;

    private final String actor;
    private final Class<?> request;
    private final String reason;
    private final Loss.Cause lossCause;

    AskException(String actor, Class<?> request, String what, String reason, Throwable cause) {
        this(actor, request, what, reason, cause, null);
    }

    AskException(
            String actor,
            Class<?> request,
            String what,
            String reason,
            Throwable cause,
            Loss loss) {
        super(actor + ", asked with " + request.getName() + ", " + what + reason, cause);
        this.actor = actor;
        this.request = request;
        this.reason = reason;
        this.lossCause = loss == null ? null : loss.cause();
    }

    /** The part of the message that another process does not know: why. */
    final String reason() {
        return reason;
    }

    /** The name of the actor that was asked. */
    public final String actor() {
        return actor;
    }

    /** The class of what it was asked with. */
    public final Class<?> request() {
        return request;
    }

    /**
     * How the connection to the actor's process was lost or not made, if that is why: always there
     * with {@link Lost}, and with {@link DidNotRun} if the request was not sent. With {@code
     * WIRE_BROKEN}, {@code STREAM_ENDED} and {@code RECONNECTED} the process has perhaps not died
     * at all, and may be reached again soon.
     */
    public final Optional<Loss.Cause> lossCause() {
        return Optional.ofNullable(lossCause);
    }

    /** False if it is certain that no actor handled the request, so that it may be asked again. */
    public abstract boolean mayHaveRun();

    /** The deadline passed; the message says what the actor was doing then. */
    public static final class Expired extends AskException {
        private static final long serialVersionUID = 1;

        Expired(String actor, Class<?> request, String what) {
            super(actor, request, "", what, null);
        }

        @Override
        public boolean mayHaveRun() {
            return true;
        }
    }

    /** An actor has handled the request and forwarded it to one that did not. */
    public static final class Dropped extends AskException {
        private static final long serialVersionUID = 1;

        Dropped(String actor, Class<?> request, String why) {
            super(actor, request, "was forwarded in vain: ", why, null);
        }

        @Override
        public boolean mayHaveRun() {
            return true;
        }
    }

    /** The connection to the actor's process was lost after the request had been sent. */
    public static final class Lost extends AskException {
        private static final long serialVersionUID = 1;

        Lost(String actor, Class<?> request, Loss loss) {
            super(
                    actor,
                    request,
                    "may have run; the connection was lost: ",
                    loss.toString(),
                    null,
                    loss);
        }

        @Override
        public boolean mayHaveRun() {
            return true;
        }
    }

    /**
     * The request was not handled: the actor has stopped, its mailbox is full, or its process was
     * not reached.
     */
    public static final class DidNotRun extends AskException {
        private static final long serialVersionUID = 1;

        DidNotRun(String actor, Class<?> request, String what) {
            this(actor, request, what, null);
        }

        DidNotRun(String actor, Class<?> request, String what, Loss loss) {
            super(actor, request, "did not run: ", what, null, loss);
        }

        @Override
        public boolean mayHaveRun() {
            return false;
        }
    }

    /** The actor threw; the cause is what it threw. */
    public static final class Failed extends AskException {
        private static final long serialVersionUID = 1;

        Failed(String actor, Class<?> request, Throwable cause) {
            super(actor, request, "failed: ", said(cause), cause);
        }

        @Override
        public boolean mayHaveRun() {
            return true;
        }
    }

    private static String said(Throwable cause) {
        return cause instanceof RemoteFailure there ? there.getMessage() : Log.text(cause);
    }

    /**
     * The actor returned without having answered, forwarded the request, or taken its {@link
     * ReplyTo}, so nobody ever can answer.
     */
    public static final class Unanswered extends AskException {
        private static final long serialVersionUID = 1;

        Unanswered(String actor, Class<?> request) {
            super(actor, request, "returned without answering it", "", null);
        }

        @Override
        public boolean mayHaveRun() {
            return true;
        }
    }
}
