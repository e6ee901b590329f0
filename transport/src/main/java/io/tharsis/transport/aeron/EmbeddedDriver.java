package io.tharsis.transport.aeron;

import io.aeron.driver.MediaDriver;
import io.tharsis.transport.common.HeldFile;

import org.agrona.CloseHelper;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A media driver on a thread of this process, with a directory of its own. */
final class EmbeddedDriver implements Driver {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Folder folder;
    private final Consumer<MediaDriver.Context> hook;
    private final WireErrors errors;
    private final Path directory;
    private final HeldFile held;
    private MediaDriver driver;
    private volatile boolean terminated;

    EmbeddedDriver(Folder folder, Consumer<MediaDriver.Context> hook, WireErrors errors) {
        this.folder = folder;
        this.hook = hook;
        this.errors = errors;
        HeldFile own = null;
        String name = null;
        // A process of another container may have our number.
        while (own == null) {
            String candidate =
                    "own-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
            own = folder.locked(() -> hold(folder, candidate));
            name = candidate;
        }
        held = own;
        directory = folder.path().resolve(name);
    }

    private static HeldFile hold(Folder folder, String name) {
        folder.sweep();
        return HeldFile.tryHold(folder.path().resolve(name + ".lock"), name);
    }

    @Override
    public Path directory() {
        return directory;
    }

    /** Starts it, the second time anew: then our client could not live on what was there. */
    @Override
    public void start() {
        CloseHelper.quietClose(driver);
        terminated = false;
        MediaDriver.Context context =
                DriverSettings.context(directory, errors::onDriverError)
                        .terminationHook(() -> terminated = true);
        if (hook != null) {
            hook.accept(context);
        }
        driver = MediaDriver.launch(context);
    }

    @Override
    public String lost() {
        return terminated ? "the embedded media driver has ended" : null;
    }

    @Override
    public void close() {
        try {
            CloseHelper.quietClose(driver);
            Folder.delete(directory);
        } finally {
            folder.release(held);
        }
    }
}
