package io.tharsis.node.workload;

import io.tharsis.Tensor;

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

    /** Elements if the user names no size. */
    public long defaultSize() {
        return defaultSize;
    }

    /**
     * Makes and executes the inputs. A size is a number of elements, rounded down to what the
     * workload's shape allows.
     */
    public abstract Run prepare(long size);

    @Override
    public String toString() {
        return name;
    }

    /** The program over inputs that are there. */
    public interface Run {
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
    }

    /** A run whose results are kept until the next one. */
    abstract static class Kept implements Run {
        private final long size;
        private final long bytes;
        private Tensor[] results = {};

        Kept(long size, long bytes) {
            this.size = size;
            this.bytes = bytes;
        }

        /** Builds the program, lazily. */
        abstract Tensor[] build();

        /** What to tell of a result. */
        double value(Tensor[] kept) {
            return kept[0].mean().item();
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public long bytes() {
            return bytes;
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
    abstract static class Reduced implements Run {
        private final long size;
        private final long bytes;
        private double value;

        Reduced(long size, long bytes) {
            this.size = size;
            this.bytes = bytes;
        }

        /** Runs the program. */
        abstract double compute();

        @Override
        public long size() {
            return size;
        }

        @Override
        public long bytes() {
            return bytes;
        }

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
