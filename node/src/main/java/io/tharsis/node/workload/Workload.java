package io.tharsis.node.workload;

import io.tharsis.Tensor;

import java.nio.file.Path;

/**
 * A program that is timed. Each {@link Run} is made for a size; its inputs are seeded, not
 * constant, and executed before it is handed out. Workloads compute in the session bound to the
 * calling thread, which closes what they leave.
 */
public abstract class Workload {
    private final String name;
    private final String description;
    private final long defaultSize;

    Workload(String name, String description, long defaultSize) {
        this.name = name;
        this.description = description;
        this.defaultSize = defaultSize;
    }

    /** As on the command line. */
    public String name() {
        return name;
    }

    /** One line: the expression, and whether its result is kept. */
    public String description() {
        return description;
    }

    /** True if runs read or write files. */
    public boolean isOverFiles() {
        return false;
    }

    /** True if runs are between two processes; the other one is started and ended with them. */
    public boolean isBetweenProcesses() {
        return false;
    }

    /** Elements if the user names no size. */
    public long defaultSize() {
        return defaultSize;
    }

    /**
     * Makes and executes the inputs. A size is a number of elements, rounded down to what the
     * workload's shape allows.
     */
    public abstract Run prepare(long size);

    /**
     * As {@link #prepare(long)}, for workloads over files.
     *
     * @param folder where input files are, made there if they are not, and kept; null for a
     *     temporary one
     */
    public Run prepare(long size, Path folder) {
        return prepare(size);
    }

    @Override
    public String toString() {
        return name;
    }

    /** The program over inputs that are there. */
    public interface Run extends AutoCloseable {
        /** The elements it really has. */
        long size();

        /**
         * Bytes that a run must read and write at the least, inputs and kept results; 0 for a
         * program without either.
         */
        long bytes();

        /**
         * One run, which is what is timed: returns when the result is there. What an earlier run
         * kept is closed.
         */
        void once();

        /**
         * A number that tells whether the last result is right: a mean of it, or the result itself.
         * Not timed.
         */
        double value();

        /**
         * Has the next run read its files from disk, not from the system's copy in memory.
         *
         * @throws UnsupportedOperationException if that cannot be done, or there are no files
         */
        default void cool() {
            throw new UnsupportedOperationException("the workload reads no files");
        }

        /** What else there is to tell of the last run, in a line; empty if nothing. */
        default String details() {
            return "";
        }

        /** Removes files that nobody wants to keep, and ends what it started. */
        @Override
        default void close() {}
    }

    /** A run that knows its size. */
    abstract static class Sized implements Run {
        private final long size;
        private final long bytes;

        Sized(long size, long bytes) {
            this.size = size;
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public long bytes() {
            return bytes;
        }
    }

    /** A run whose results are kept until the next one. */
    abstract static class Kept extends Sized {
        private Tensor[] results = {};

        Kept(long size, long bytes) {
            super(size, bytes);
        }

        /** Builds the program, lazily. */
        abstract Tensor[] build();

        /** What to tell of a result. */
        double value(Tensor[] kept) {
            return kept[0].mean().item();
        }

        @Override
        public void once() {
            for (Tensor result : results) {
                result.close();
            }
            results = build();
            io.tharsis.Tensors.execute(results);
        }

        @Override
        public double value() {
            return value(results);
        }
    }

    /** A run whose result is one number. */
    abstract static class Reduced extends Sized {
        private double value;

        Reduced(long size, long bytes) {
            super(size, bytes);
        }

        /** Runs the program. */
        abstract double compute();

        @Override
        public void once() {
            value = compute();
        }

        @Override
        public double value() {
            return value;
        }
    }
}
