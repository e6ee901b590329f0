package io.tharsis.transport.seal;

import io.tharsis.transport.common.SeldomLog;
import io.tharsis.transport.seal.SealStats.Kind;

import org.agrona.concurrent.NanoClock;

import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.function.Consumer;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What all sockets of a sealed driver share. Thread-safe. */
final class SealContext {
    private static final String HMAC = "HmacSHA256";

    final ClusterKey key;
    final SealOptions options;
    final NanoClock clock;
    final SealStats stats = new SealStats();
    final TokenBucket hellos;
    final TokenBucket hints;

    private final Consumer<String> warnings;
    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec handshakeKey;

    /** Drawn at the start: what an earlier life of this driver has promised does not count. */
    private final SecretKeySpec cookieKey;

    private final SeldomLog log = new SeldomLog();

    /**
     * @param warnings gets what a person may have to mend, a line at a time, on the driver's
     *     threads
     */
    SealContext(ClusterKey key, SealOptions options, NanoClock clock, Consumer<String> warnings) {
        this.key = key;
        this.options = options;
        this.clock = clock;
        this.warnings = warnings;
        this.hellos = new TokenBucket(clock, options.hellosPerSecond(), options.hellosPerSecond());
        this.hints = new TokenBucket(clock, options.hintsPerSecond(), options.hintsPerSecond());
        this.handshakeKey = new SecretKeySpec(key.derive("handshake", new byte[0], 32), HMAC);
        this.cookieKey = new SecretKeySpec(randomBytes(32), HMAC);
    }

    byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A session's number, by chance; zero is none. */
    long randomSession() {
        long session;
        do {
            session = random.nextLong() & SealedDatagramDescriptor.SESSION_MASK;
        } while (session == 0);
        return session;
    }

    Mac handshakeMac() {
        return mac(handshakeKey);
    }

    Mac cookieMac() {
        return mac(cookieKey);
    }

    void count(Kind kind) {
        stats.count(kind);
    }

    /** Counts a refusal that a person may have to mend, and says so once a minute at most. */
    void refuse(Kind kind, InetSocketAddress source, String text) {
        count(kind);
        if (log.due(kind.name(), clock.nanoTime()) == null) {
            return;
        }
        warnings.accept(
                "refused "
                        + source
                        + ": "
                        + text
                        + " (ours: "
                        + key
                        + "; so far "
                        + stats.get(kind)
                        + " of this kind)");
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + HMAC, e);
        }
    }
}
