package io.tharsis.transport.seal;

import io.tharsis.transport.seal.SealStats.Kind;

import org.agrona.collections.Long2ObjectHashMap;

import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The sessions of an endpoint, found by number, at most so many; the one idle the longest goes
 * first. A session that the other side has made counts as unconfirmed, and seals nothing, until
 * something has come in under it: a repeated PROOF cannot take a live session's place. <b>Threads:
 * one alone.</b>
 */
final class SessionTable {
    private final SealContext context;
    private final Long2ObjectHashMap<Session> byNumber = new Long2ObjectHashMap<>();
    private final ArrayDeque<Session> unconfirmed = new ArrayDeque<>();
    private long tick;

    SessionTable(SealContext context) {
        this.context = context;
    }

    Session find(long number) {
        return byNumber.get(number);
    }

    int size() {
        return byNumber.size();
    }

    /** A number that no session has. */
    long freeNumber() {
        long number;
        do {
            number = context.randomSession();
        } while (byNumber.containsKey(number));
        return number;
    }

    /** The unconfirmed session that a handshake with this nonce made; null if none. */
    Session unconfirmed(byte[] nonce) {
        for (Session session : unconfirmed) {
            if (MessageDigest.isEqual(session.nonce, nonce)) {
                return session;
            }
        }
        return null;
    }

    void addUnconfirmed(Session session) {
        if (unconfirmed.size() == context.options.unconfirmed()) {
            evict(unconfirmed.getFirst());
        }
        put(session);
        unconfirmed.add(session);
    }

    /** Has a session seal what goes its way from now on. */
    void install(Session session) {
        if (session.accept != null) {
            session.accept = null;
            unconfirmed.remove(session);
        } else {
            put(session);
        }
        if (session.port.find(session.remote) == null) {
            makeRoomForRoute(session.port);
        }
        Route route = session.port.routeTo(session.remote);
        if (route.previous != null) {
            drop(route.previous);
        }
        route.previous = route.current;
        route.current = session;
        session.route = route;
        route.settle();
        use(session);
    }

    /** The route to an address, made if there is none, with room for it. */
    Route routeTo(Port port, InetSocketAddress remote) {
        Route route = port.find(remote);
        if (route == null) {
            makeRoomForRoute(port);
            route = port.routeTo(remote);
        }
        route.lastUsed = ++tick;
        return route;
    }

    void use(Session session) {
        session.lastUsed = ++tick;
        if (session.route != null) {
            session.route.lastUsed = tick;
        }
    }

    /** Forgets all sessions of a port that is closed. */
    void dropAll(Port port) {
        List<Session> gone = new ArrayList<>();
        for (Session session : byNumber.values()) {
            if (session.port == port) {
                gone.add(session);
            }
        }
        gone.forEach(this::drop);
    }

    private void put(Session session) {
        if (byNumber.size() >= context.options.sessions()) {
            evict(idleLongest());
        }
        byNumber.put(session.number, session);
        session.lastUsed = ++tick;
        context.count(Kind.SESSIONS);
    }

    private Session idleLongest() {
        Session idle = null;
        for (Session session : byNumber.values()) {
            if (idle == null || session.lastUsed < idle.lastUsed) {
                idle = session;
            }
        }
        return idle;
    }

    private void evict(Session session) {
        drop(session);
        context.count(Kind.EVICTED);
    }

    private void drop(Session session) {
        byNumber.remove(session.number);
        if (session.accept != null) {
            unconfirmed.remove(session);
        }
        Route route = session.route;
        if (route != null) {
            route.current = route.current == session ? null : route.current;
            route.previous = route.previous == session ? null : route.previous;
        }
    }

    private void makeRoomForRoute(Port port) {
        if (port.size() < context.options.sessions()) {
            return;
        }
        Route idle = null;
        for (Route route : port.routes()) {
            if (idle == null || route.lastUsed < idle.lastUsed) {
                idle = route;
            }
        }
        if (idle.current != null) {
            evict(idle.current);
        }
        if (idle.previous != null) {
            evict(idle.previous);
        }
        port.remove(idle);
    }
}
