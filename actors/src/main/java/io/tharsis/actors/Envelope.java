package io.tharsis.actors;

import java.util.function.BiFunction;

/** What lies in a mailbox beside plain messages. */
abstract sealed class Envelope {
    /** In the actor's turn, in its order. */
    abstract <M> void open(Life<M> life);

    /** In the actor's turn, once it has stopped or is stopping. */
    void discard(Cell<?> cell) {}

    /** The user's message by which a priority mailbox orders it, or null. */
    Object message() {
        return null;
    }

    /** A message whose sender waits for an answer. */
    static final class Asked extends Envelope {
        private final Object message;
        private final ReplyTo<?> asker;

        Asked(Object message, ReplyTo<?> asker) {
            this.message = message;
            this.asker = asker;
        }

        @Override
        <M> void open(Life<M> life) {
            asker.isWith(life.cell);
            asker.runs();
            life.receive(life.cast(message), asker);
        }

        @Override
        void discard(Cell<?> cell) {
            cell.deadLetter(message);
            asker.didNotRun(cell.name() + " has stopped");
        }

        @Override
        Object message() {
            return message;
        }
    }

    /** An item whose time in the mailbox is taken. */
    static final class Timed extends Envelope {
        private final Object item;
        private final Object message;
        private final long sinceNs;

        /** Of {@code item}, which is or holds a user's {@code message}. */
        Timed(Object item, Object message, Cell<?> cell) {
            this.item = item;
            this.message = message;
            this.sinceNs = cell.dispatcher().nanoTime();
        }

        @Override
        <M> void open(Life<M> life) {
            Recorder.handled(life.cell, message, sinceNs);
            life.cell.open(item);
        }

        @Override
        void discard(Cell<?> cell) {
            cell.discard(item);
        }

        @Override
        Object message() {
            return message;
        }
    }

    /** The end of an actor that was watched. */
    static final class Obituary extends Envelope {
        private final ActorRef<?> dead;
        private final Throwable cause;

        Obituary(ActorRef<?> dead, Throwable cause) {
            this.dead = dead;
            this.cause = cause;
        }

        @Override
        <M> void open(Life<M> life) {
            if (life.watchesNoLonger(dead)) {
                life.signal(new Signal.Terminated(dead, cause));
            }
        }
    }

    /** A future that was piped has ended. */
    static final class Piped<T> extends Envelope {
        private final BiFunction<? super T, ? super Throwable, ?> toMessage;
        private final T value;
        private final Throwable failure;

        Piped(BiFunction<? super T, ? super Throwable, ?> toMessage, T value, Throwable failure) {
            this.toMessage = toMessage;
            this.value = value;
            this.failure = failure;
        }

        @Override
        <M> void open(Life<M> life) {
            life.receiveMade(() -> life.cast(toMessage.apply(value, failure)));
        }

        @Override
        void discard(Cell<?> cell) {
            Object result = failure == null ? value : failure;
            if (result != null) {
                cell.deadLetter(result);
            }
        }
    }

    /** A timer has rung. */
    static final class Tick extends Envelope {
        private final Timers.Timer timer;

        Tick(Timers.Timer timer) {
            this.timer = timer;
        }

        @Override
        <M> void open(Life<M> life) {
            if (life.timers.accept(timer)) {
                life.receive(life.cast(timer.message()), null);
            }
        }

        @Override
        Object message() {
            return timer.message();
        }
    }

    /** The end of a mailbox, see {@link ActorRef#stop}. */
    static final class LastMessage extends Envelope {
        static final LastMessage INSTANCE = new LastMessage();

        private LastMessage() {}

        @Override
        <M> void open(Life<M> life) {
            life.stop(null);
        }
    }
}
