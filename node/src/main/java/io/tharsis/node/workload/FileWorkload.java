package io.tharsis.node.workload;

import java.nio.file.Path;

/** A workload over {@code .npy} files, for data that need not fit into memory. */
abstract class FileWorkload extends Workload {
    FileWorkload(String name, String description, long defaultSize) {
        super(name, description, defaultSize);
    }

    @Override
    public boolean isOverFiles() {
        return true;
    }

    @Override
    public final Run prepare(long size) {
        return prepare(size, null);
    }

    @Override
    public abstract Run prepare(long size, Path folder);

    /** A run over files. */
    abstract static class FileRun extends Sized {
        private final WorkloadFiles files;

        FileRun(WorkloadFiles files, long size, long bytes) {
            super(size, bytes);
            this.files = files;
        }

        @Override
        public void cool() {
            files.cool();
        }

        @Override
        public void close() {
            files.close();
        }
    }
}
