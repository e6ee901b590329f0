package io.tharsis.actors;

import io.tharsis.actors.codec.DecodeException;
import io.tharsis.actors.codec.Decoder;
import io.tharsis.actors.codec.MessageCodecs;
import io.tharsis.transport.Endpoint;
import io.tharsis.transport.Link;
import io.tharsis.transport.LinkListener;
import io.tharsis.transport.Loss;
import io.tharsis.transport.link.FrameLink;

import org.agrona.DirectBuffer;

import java.time.Duration;
import java.util.Optional;

/**
 * What comes in from other systems: messages, and news of links.
 *
 * <p><b>Threads: one at a time</b>, whoever brings it; nothing here blocks.
 */
final class Incoming implements LinkListener {
    /** The longest wait that another process may ask for. */
    private static final long MAX_PATIENCE_MS = Duration.ofDays(365).toMillis();

    private final Remoting remoting;
    private final ActorSystem system;
    private final MessageCodecs codecs;
    private final Decoder decoder = new Decoder();

    Incoming(Remoting remoting) {
        this.remoting = remoting;
        this.system = remoting.system();
        this.codecs = remoting.codecs();
    }

    @Override
    public void connected(Link link, Endpoint remote) {
        remoting.peer(link.remote()).connected(link);
    }

    @Override
    public void writable(Link link) {
        remoting.peer(link.remote()).flush();
    }

    @Override
    public void lost(Link link, Endpoint remote, Loss loss) {
        Peer peer = remoting.knownPeer(link.remote());
        if (peer != null) {
            peer.lost(link, remote != null, loss);
        }
    }

    @Override
    public void message(Link link, Endpoint remote, DirectBuffer buffer, int offset, int length) {
        Peer peer = remoting.peer(link.remote());
        try {
            decoder.wrap(buffer, offset, length);
            dispatch(peer, decoder.getByte());
        } catch (DecodeException | IllegalArgumentException e) {
            ((FrameLink) link).reject("a message of actors that cannot be read: " + e.getMessage());
        }
    }

    private void dispatch(Peer peer, byte kind) {
        switch (kind) {
            case RemoteKind.TELL -> onTell();
            case RemoteKind.TELL_WHEN_ROOM -> onTellWhenRoom(peer);
            case RemoteKind.ASK -> onAsk(peer);
            case RemoteKind.REPLY -> onReply(peer);
            case RemoteKind.FAIL -> {
                long request = decoder.getLong();
                byte failure = decoder.getByte();
                String text = text();
                end();
                peer.answer(request, pending -> pending.failed(failure, text));
            }
            case RemoteKind.TOLD -> onTold(peer);
            case RemoteKind.STOP -> {
                Cell<?> cell = target();
                end();
                if (cell != null) {
                    cell.stop();
                }
            }
            case RemoteKind.WATCH -> onWatch(peer);
            case RemoteKind.UNWATCH -> {
                Cell<?> cell = target();
                end();
                if (cell != null) {
                    peer.watches().unwatchedFromThere(cell);
                }
            }
            case RemoteKind.ENDED -> onEnded(peer);
            case RemoteKind.SPAWN -> onSpawn(peer);
            case RemoteKind.LOOKUP -> {
                long request = decoder.getLong();
                Optional<ActorRef<Object>> found = system.lookup(text());
                end();
                reply(peer, request, found.orElse(null));
            }
            default -> throw new IllegalArgumentException("a message of kind " + kind);
        }
    }

    /** The actor that is meant; null if it is gone. */
    private Cell<?> target() {
        long systemId = decoder.getLong();
        long number = decoder.getLong();
        return remoting.exported(systemId, number);
    }

    /** A text that is there. */
    private String text() {
        String text = decoder.getString();
        if (text == null) {
            throw new IllegalArgumentException("a null where a text belongs");
        }
        return text;
    }

    /** Nothing follows. */
    private void end() {
        if (decoder.remaining() != 0) {
            throw new IllegalArgumentException(decoder.remaining() + " bytes too many");
        }
    }

    /** The message that follows. */
    private Object message() {
        Object message = codecs.decode(decoder);
        if (message == null) {
            throw new IllegalArgumentException("a null for a message");
        }
        return message;
    }

    private Duration patience() {
        return Duration.ofMillis(Math.clamp(decoder.getLong(), 0, MAX_PATIENCE_MS));
    }

    private void onTell() {
        Cell<?> cell = target();
        Object message;
        try {
            message = message();
        } catch (DecodeException e) {
            unread(cell, e);
            return;
        }
        if (cell == null) {
            gone(message);
            return;
        }
        Tell tell = tell(cell, message);
        if (tell == Tell.FULL) {
            remoting.deadLetter(message, cell, cell.refusal(tell));
        }
    }

    private String unread(Cell<?> cell, DecodeException e) {
        String why = "it cannot be read at " + remoting.address() + ": " + e.getMessage();
        remoting.deadLetter(e, cell == null ? nobody() : cell, why);
        return why;
    }

    private void gone(Object message) {
        remoting.deadLetter(message, nobody(), "it was for an actor that is gone");
    }

    private ActorRef<?> nobody() {
        return new RemoteRef<>(remoting, remoting.address(), remoting.id(), 0, "gone");
    }

    @SuppressWarnings("unchecked") // the sender's compiler has checked it, as with a local one
    private static Tell tell(Cell<?> cell, Object message) {
        return ((Cell<Object>) cell).tell(message);
    }

    @SuppressWarnings("unchecked")
    private void onTellWhenRoom(Peer peer) {
        long request = decoder.getLong();
        Cell<?> cell = target();
        Duration patience = patience();
        Object message;
        try {
            message = message();
        } catch (DecodeException e) {
            fail(peer, request, RemoteKind.DID_NOT_RUN, unread(cell, e));
            return;
        }
        if (cell == null) {
            gone(message);
            told(peer, request, Tell.STOPPED);
            return;
        }
        ((Cell<Object>) cell)
                .tellWhenRoom(message, patience)
                .whenComplete((tell, _) -> told(peer, request, tell));
    }

    private void told(Peer peer, long request, Tell tell) {
        peer.say(
                RemoteKind.TOLD,
                out -> {
                    out.putLong(request);
                    out.putByte((byte) tell.ordinal());
                });
    }

    private void onTold(Peer peer) {
        long request = decoder.getLong();
        int ordinal = decoder.getByte();
        Tell[] all = Tell.values();
        if (ordinal < 0 || ordinal >= all.length) {
            throw new IllegalArgumentException("an answer " + ordinal + " to a message");
        }
        end();
        peer.answer(request, pending -> pending.told(all[ordinal]));
    }

    @SuppressWarnings("unchecked")
    private void onAsk(Peer peer) {
        Cell<?> cell = target();
        long request = decoder.getLong();
        Duration patience = patience();
        Object message;
        try {
            message = message();
        } catch (DecodeException e) {
            fail(peer, request, RemoteKind.DID_NOT_RUN, unread(cell, e));
            return;
        }
        if (cell == null) {
            gone(message);
            fail(peer, request, RemoteKind.DID_NOT_RUN, "the actor is gone");
            return;
        }
        var asker = new ReplyTo<Object>(cell, message.getClass(), patience);
        asker.future()
                .whenComplete(
                        (answer, failure) -> {
                            if (failure == null) {
                                reply(peer, request, answer);
                            } else {
                                answerFailure(peer, request, failure);
                            }
                        });
        Tell tell = ((Cell<Object>) cell).offer(message, asker);
        if (tell == Tell.ACCEPTED) {
            asker.begin();
        } else {
            asker.didNotRun(cell.refusal(tell));
        }
    }

    private void reply(Peer peer, long request, Object answer) {
        try {
            peer.say(
                    RemoteKind.REPLY,
                    out -> {
                        out.putLong(request);
                        codecs.encode(answer, out);
                    });
        } catch (RuntimeException e) {
            fail(peer, request, RemoteKind.FAILED, "its answer cannot travel: " + Log.text(e));
        }
    }

    private void answerFailure(Peer peer, long request, Throwable failure) {
        byte kind =
                switch (failure) {
                    case AskException.Failed _ -> RemoteKind.FAILED;
                    case AskException.Unanswered _ -> RemoteKind.UNANSWERED;
                    case AskException.Expired _ -> RemoteKind.EXPIRED;
                    case AskException e when !e.mayHaveRun() -> RemoteKind.DID_NOT_RUN;
                    default -> RemoteKind.DROPPED;
                };
        String text = failure instanceof AskException asked ? asked.reason() : Log.text(failure);
        fail(peer, request, kind, text);
    }

    private void fail(Peer peer, long request, byte kind, String text) {
        peer.say(
                RemoteKind.FAIL,
                out -> {
                    out.putLong(request);
                    out.putByte(kind);
                    out.putString(shortened(text));
                });
    }

    /** A failure may say anything; what travels has an end, and whole characters. */
    private static String shortened(String text) {
        String some = text == null ? "" : text.length() > 2000 ? text.substring(0, 2000) : text;
        return some.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void onReply(Peer peer) {
        long request = decoder.getLong();
        try {
            Object answer = codecs.decode(decoder);
            peer.answer(request, pending -> pending.replied(answer));
        } catch (DecodeException e) {
            String text = "its answer cannot be read here: " + e.getMessage();
            peer.answer(request, pending -> pending.failed(RemoteKind.FAILED, text));
        }
    }

    private void onWatch(Peer peer) {
        long systemId = decoder.getLong();
        long number = decoder.getLong();
        end();
        Cell<?> cell = remoting.exported(systemId, number);
        if (cell == null) {
            ended(peer, systemId, number, null);
            return;
        }
        peer.watches().watchedFromThere(cell, (_, cause) -> ended(peer, systemId, number, cause));
    }

    private void ended(Peer peer, long systemId, long number, Throwable cause) {
        peer.say(
                RemoteKind.ENDED,
                out -> {
                    out.putLong(systemId);
                    out.putLong(number);
                    out.putBoolean(cause != null);
                    out.putString(cause == null ? "" : shortened(Log.text(cause)));
                });
    }

    private void onEnded(Peer peer) {
        long systemId = decoder.getLong();
        long number = decoder.getLong();
        boolean failed = decoder.getBoolean();
        String text = text();
        end();
        peer.watches()
                .ended(
                        new RemoteRef<>(remoting, peer.address(), systemId, number, ""),
                        failed ? new RemoteFailure(text) : null);
    }

    private void onSpawn(Peer peer) {
        long request = decoder.getLong();
        String factory = text();
        String name = decoder.getString();
        ActorRef<?> spawned;
        try {
            spawned = remoting.spawn(factory, name, codecs.decode(decoder));
        } catch (RuntimeException e) {
            fail(peer, request, RemoteKind.DID_NOT_RUN, e.getMessage());
            return;
        }
        reply(peer, request, spawned);
    }
}
