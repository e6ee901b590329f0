package io.tharsis.transport.aeron;

import io.aeron.driver.MediaDriver;
import io.tharsis.transport.Address;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What an {@link AeronWire} is made of.
 *
 * @param self what we advertise; others reach us there
 * @param bindHost the host of the interface that our sockets are bound to, which may be another
 *     than the advertised one; {@code 0.0.0.0} or {@code ::} for all
 * @param driver whose the media driver is
 * @param folder where drivers keep their files: made if missing, else it must be ours and closed to
 *     others; see {@link #defaultFolder()}
 * @param mtu bytes of a datagram of UDP, the same to every peer; 0 for 8 KiB within the machine and
 *     1,408 to others. A multiple of 32
 * @param hook gets the settings of an embedded driver before it starts; null for none
 */
public record AeronConfig(
        Address self,
        String bindHost,
        DriverMode driver,
        Path folder,
        int mtu,
        Consumer<MediaDriver.Context> hook) {
    /** Whose the media driver is. */
    public enum DriverMode {
        /** The process has its own, which ends with it. */
        EMBEDDED,
        /**
         * A process of its own that all of this user on the machine share, by way of the folder.
         */
        SHARED
    }

    /** How long a driver may be silent before it counts as dead, in nanoseconds. */
    static final long DRIVER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(3);

    /** Bytes of a term of messages: eight times the largest frame, which is Aeron's rule. */
    static final int MESSAGE_TERM = 1 << 20;

    /** Bytes of a term of bulk by shared memory: half of it is the window, 32 frames of 64 KiB. */
    static final int BULK_TERM_IPC = 4 << 20;

    /** Bytes of a term of bulk by UDP: half of it bounds the window. */
    static final int BULK_TERM_UDP = 2 << 20;

    /** Aeron's largest fragment, frame header included; by shared memory it costs nothing. */
    static final int MTU_IPC = 65_504;

    static final int MTU_MACHINE = 8 << 10;
    static final int MTU_NETWORK = 1_408;

    public AeronConfig {
        Objects.requireNonNull(self, "a wire needs an address");
        Objects.requireNonNull(bindHost, "a wire needs a host to bind");
        Objects.requireNonNull(driver, "a wire needs a mode of driver");
        Objects.requireNonNull(folder, "a wire needs a folder");
        if (mtu != 0 && (mtu < 576 || mtu > MTU_IPC || mtu % 32 != 0)) {
            throw new IllegalArgumentException(
                    "an MTU is a multiple of 32 from 576 to " + MTU_IPC + ", or 0: " + mtu);
        }
        if (hook != null && driver != DriverMode.EMBEDDED) {
            throw new IllegalArgumentException("only an embedded driver can be given settings");
        }
    }

    /** A wire that only this machine reaches, on the loopback interface. */
    public static AeronConfig local(Address self, DriverMode driver) {
        return new AeronConfig(self, "127.0.0.1", driver, defaultFolder(), 0, null);
    }

    /** The same in another folder. */
    public AeronConfig withFolder(Path other) {
        return new AeronConfig(self, bindHost, driver, other, mtu, hook);
    }

    /** The same with another MTU. */
    public AeronConfig withMtu(int other) {
        return new AeronConfig(self, bindHost, driver, folder, other, hook);
    }

    /** The same with another hook. */
    public AeronConfig withHook(Consumer<MediaDriver.Context> other) {
        return new AeronConfig(self, bindHost, driver, folder, mtu, other);
    }

    /**
     * {@code tharsis-<user>} in /dev/shm, or where there is none in the folder of temporary files.
     */
    public static Path defaultFolder() {
        return Folder.defaultPath();
    }
}
