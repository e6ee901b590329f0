package io.tharsis.node.workload;

import io.tharsis.Tensor;
import io.tharsis.Tensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The {@code .npy} files of a workload: made once, read and written by its runs. */
final class WorkloadFiles {
    private final Path folder;
    private final boolean isTemporary;
    private final List<Path> inputs = new ArrayList<>();
    private final List<Path> outputs = new ArrayList<>();

    /**
     * @param folder where inputs are kept for the next time; null for one that {@link #close}
     *     removes
     */
    WorkloadFiles(Path folder) {
        try {
            this.isTemporary = folder == null;
            this.folder =
                    isTemporary
                            ? Files.createTempDirectory("tharsis-bench")
                            : Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file with the elements of {@code tensor}, whose name says how they are made. */
    Path input(String name, Supplier<Tensor> tensor) {
        Path file = folder.resolve(name + ".npy");
        if (!Files.exists(file)) {
            try (Tensor made = tensor.get()) {
                made.toNpy(file);
            }
            force(file);
        }
        inputs.add(file);
        return file;
    }

    /** A file that runs write. */
    Path output(String name) {
        Path file = folder.resolve(name + "-out.npy");
        outputs.add(file);
        return file;
    }

    /** The mean of a function of what the runs wrote, computed file to number. */
    static double mean(Path file, java.util.function.UnaryOperator<Tensor> of) {
        return of.apply(Tensors.fromNpy(file)).mean().item();
    }

    private static void force(Path file) {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Removes what was written, and has the system forget its copy of the inputs in memory, so that
     * the next run reads from disk.
     *
     * @throws UnsupportedOperationException where {@code dd} cannot do that
     */
    void cool() {
        try {
            for (Path output : outputs) {
                Files.deleteIfExists(output);
            }
            for (Path input : inputs) {
                force(input);
                // an existing tool for posix_fadvise(POSIX_FADV_DONTNEED) over the whole file
                var forget =
                        new ProcessBuilder("dd", "if=" + input, "iflag=nocache", "count=0")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start();
                if (forget.waitFor() != 0) {
                    throw new UnsupportedOperationException(
                            "dd cannot drop " + input + " from the page cache here");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the page cache was dropped", e);
        }
    }

    /** Removes what was written, and inputs too unless the user named their folder. */
    void close() {
        try {
            for (Path output : outputs) {
                Files.deleteIfExists(output);
            }
            if (isTemporary) {
                for (Path input : inputs) {
                    Files.deleteIfExists(input);
                }
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
