package io.tharsis.transport.seal;

import java.lang.System.Logger.Level;
import java.net.InetAddress;

/** Where a process may listen: on loopback freely, elsewhere only under the seal. */
public final class BindingRules {
    /** The option that names the key file. */
    public static final String KEY_OPTION = "--cluster-key";

    /** The option that does without a key, off loopback. */
    public static final String INSECURE_OPTION = "--insecure-no-cluster-key";

    /** What the rules allow. */
    public enum Verdict {
        /**
         * Only this machine can reach it; nothing is sealed, even with a key if the driver is
         * shared.
         */
        LOOPBACK,
        /** The driver must be embedded and sealed. */
        SEALED,
        /** Anybody in the network can send to it, as the flag says; logged at every start. */
        INSECURE
    }

    private BindingRules() {}

    /**
     * Decides, and logs if it is insecure.
     *
     * @param bound the address to listen at; one that means all interfaces is off loopback
     * @param key null if there is none
     * @param insecure whether {@value #INSECURE_OPTION} was given
     * @param external whether the media driver is a process of its own, or shared
     * @throws UnsafeBindingException if it must not start: off loopback without a key, or with a
     *     key and an external driver, which would send unsealed
     */
    public static Verdict check(
            InetAddress bound, ClusterKey key, boolean insecure, boolean external) {
        if (bound.isLoopbackAddress()) {
            return key == null || external ? Verdict.LOOPBACK : Verdict.SEALED;
        }
        String address = bound.getHostAddress();
        if (key != null && external) {
            throw new UnsafeBindingException(
                    "not listening at "
                            + address
                            + ": a shared media driver cannot seal what it sends, and "
                            + KEY_OPTION
                            + " asks for it; use an embedded driver, or bind 127.0.0.1");
        }
        if (key != null) {
            return Verdict.SEALED;
        }
        if (!insecure) {
            throw new UnsafeBindingException(
                    "not listening at "
                            + address
                            + " without a cluster key, since anybody who reaches it could run code"
                            + " here; give "
                            + KEY_OPTION
                            + " FILE (openssl rand -hex 32 > FILE; chmod 600 FILE), the same on all"
                            + " machines, or bind 127.0.0.1, or, in a network that nobody else"
                            + " reaches, "
                            + INSECURE_OPTION);
        }
        System.getLogger("io.tharsis.transport")
                .log(
                        Level.WARNING,
                        INSECURE_OPTION
                                + ": listening at "
                                + address
                                + " without a seal; anybody who reaches it can read and send");
        return Verdict.INSECURE;
    }
}
