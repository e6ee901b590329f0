package io.tharsis.engine.npy;

import io.tharsis.DType;
import io.tharsis.engine.graph.ChunkSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The elements of a {@code .npy} file as they stand in it, read when they are needed: the array itself in C order, its transpose in
 * Fortran order. The file stays open as long as the source is reachable. It must not change meanwhile.
 *
 * <p>Thread-safe. Equal to itself alone.
 */
public final class NpySource implements ChunkSource {
    /** A run at least this long is read by itself. */
    private static final long LONG_RUN_BYTES = 1 << 16;

    /** Short runs are read together, with what lies between them, through a window of this size. */
    private static final long WINDOW_BYTES = 1 << 20;

    private static final Cleaner CLEANER = Cleaner.create();

    private final NpyFile file;
    private final Lifetime lifetime;
    private final String name;
    private final long[] shape;

    private NpySource(NpyFile file, Lifetime lifetime, String name) {
        this.file = file;
        this.lifetime = lifetime;
        this.name = name;
        this.shape = file.header().fortranOrder() ? reversed(file.header().shape()) : file.header().shape();
    }

    /** Closes what is open once no source holds it any more. */
    private static final class Lifetime {
        static Lifetime of(AutoCloseable open) {
            var lifetime = new Lifetime();
            CLEANER.register(lifetime, () -> {
                try {
                    open.close();
                } catch (Exception failure) {
                    System.getLogger(NpySource.class.getName()).log(System.Logger.Level.WARNING, "cannot close a file", failure);
                }
            });
            return lifetime;
        }
    }

    /**
     * Opens a {@code .npy} file.
     *
     * @throws StorageException if it cannot be opened or read
     * @throws NpyFormatException if it is no {@code .npy} file that Tharsis reads
     */
    public static NpySource npy(Path path) {
        NpyFile file = NpyFile.open(path);
        return new NpySource(file, Lifetime.of(file), path.getFileName().toString());
    }

    /**
     * Opens an archive: its arrays by their names without {@code .npy}, in the archive's order.
     *
     * @throws StorageException if it cannot be opened or read
     * @throws NpyFormatException if it is no {@code .npz} archive that Tharsis reads
     */
    public static Map<String, NpySource> npz(Path path) {
        NpzReader archive = NpzReader.open(path);
        Map<String, NpySource> sources = new LinkedHashMap<>();
        Lifetime lifetime = Lifetime.of(archive);
        for (String name : archive.names()) {
            sources.put(name, new NpySource(archive.array(name), lifetime, path.getFileName() + ":" + name));
        }
        return sources;
    }

    /**
     * Opens one array of an archive.
     *
     * @throws StorageException if it cannot be opened or read
     * @throws NpyFormatException if it is no {@code .npz} archive that Tharsis reads, or has no such array
     */
    public static NpySource npz(Path path, String name) {
        NpzReader archive = NpzReader.open(path);
        try {
            return new NpySource(archive.array(name), Lifetime.of(archive), path.getFileName() + ":" + name);
        } catch (RuntimeException failure) {
            archive.close();
            throw failure;
        }
    }

    public DType dtype() {
        return file.header().dtype();
    }

    /** The shape of this source: the array's, or reversed in Fortran order. */
    public long[] shape() {
        return shape.clone();
    }

    /** Whether the array is this source transposed. */
    public boolean isTransposed() {
        return file.header().fortranOrder();
    }

    public NpyHeader header() {
        return file.header();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void read(long[] origin, long[] box, MemorySegment target) {
        long width = dtype().byteSize();
        if (Runs.length(shape, box) * width >= LONG_RUN_BYTES) {
            Runs.forEach(shape, origin, box, (from, to, count) -> file.read(from, count, target, to * width));
        } else {
            try (var window = new Window(target)) {
                Runs.forEach(shape, origin, box, window::copy);
            }
        }
        // The file must not be closed under a read that is the last to need it.
        java.lang.ref.Reference.reachabilityFence(lifetime);
    }

    /** A stretch of the file, moved forward as needed. Used by one thread. */
    private final class Window implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment target;
        private final long width = dtype().byteSize();
        private final MemorySegment window;
        private long first;
        private long count;

        Window(MemorySegment target) {
            this.target = target;
            // Twice what is wanted, but no more: a small box of a large file shall stay cheap.
            long bytes = Math.clamp(2 * target.byteSize(), LONG_RUN_BYTES, WINDOW_BYTES);
            this.window = arena.allocate(bytes, Long.BYTES);
        }

        void copy(long from, long to, long length) {
            if (from < first || from + length > first + count) {
                first = from;
                count = Math.min(window.byteSize() / width, header().elementCount() - from);
                file.read(first, count, window, 0);
            }
            MemorySegment.copy(window, (from - first) * width, target, to * width, length * width);
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    private static long[] reversed(long[] shape) {
        long[] reversed = new long[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            reversed[axis] = shape[shape.length - 1 - axis];
        }
        return reversed;
    }
}
