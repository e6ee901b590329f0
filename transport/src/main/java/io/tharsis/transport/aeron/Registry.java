package io.tharsis.transport.aeron;

import io.tharsis.transport.Address;
import io.tharsis.transport.common.HeldFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who is on the shared driver of a folder: a held file for each address, whose text is the
 * process's first stream by shared memory. The number is drawn anew for each life, so that what was
 * opened to an earlier one does not reach the next.
 */
final class Registry implements AutoCloseable {
    private final Folder folder;
    private final Address self;
    private final Address bound;
    private final List<HeldFile> entries = new ArrayList<>();

    Registry(Folder folder, AeronConfig config) {
        this.folder = folder;
        self = config.self();
        bound = new Address(config.bindHost(), self.port());
    }

    /**
     * Enters us.
     *
     * @return the first of our streams by shared memory; the lanes follow
     * @throws AeronWireException if another process is at our address
     */
    int enter() {
        return folder.locked(
                () -> {
                    folder.sweep();
                    Set<Integer> taken = takenStreams();
                    SecureRandom random = new SecureRandom();
                    int stream = 0;
                    while (stream == 0 || taken.contains(stream)) {
                        stream = 1 + random.nextInt(1 << 26) * 16;
                    }
                    // The driver would give what comes to a socket to all who listen there.
                    hold(Folder.BOUND, bound, "");
                    hold(Folder.AT, self, Integer.toString(stream));
                    return stream;
                });
    }

    private void hold(String prefix, Address address, String text) {
        HeldFile entry = HeldFile.tryHold(file(prefix, address), text);
        if (entry == null) {
            throw new AeronWireException(address + " is in use by another process on this machine");
        }
        entries.add(entry);
    }

    /** The first stream of the process at {@code address}; 0 if none is on our driver. */
    int find(Address address) {
        return stream(HeldFile.heldText(file(Folder.AT, address)));
    }

    private Set<Integer> takenStreams() {
        Set<Integer> taken = new HashSet<>();
        try (Stream<Path> files = Files.list(folder.path())) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith(Folder.AT)) {
                    taken.add(stream(HeldFile.heldText(file)));
                }
            }
            return taken;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot look through the drivers' folder " + folder.path(), e);
        }
    }

    // A file that is being written may be short; its owner is not ready then.
    private static int stream(String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    // A plus is in no address.
    private Path file(String prefix, Address address) {
        return folder.path().resolve(prefix + address.toString().replace(':', '+'));
    }

    @Override
    public void close() {
        entries.forEach(folder::release);
        entries.clear();
    }
}
