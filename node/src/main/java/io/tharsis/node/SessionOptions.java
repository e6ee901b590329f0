package io.tharsis.node;

import io.tharsis.Session;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.kernels.scalar.ScalarKernel;
import picocli.CommandLine.Option;

/** The options of commands that compute: how many threads, how much memory. */
final class SessionOptions {
    @Option(names = "--threads", paramLabel = "T", description = "Threads that compute; all cores if not given.")
    private Integer threads;

    @Option(names = "--memory", paramLabel = "M", description = "Memory for tensors, as 8g or 512m; most of the machine's if not given.")
    private String memory;

    /** A session as asked for; the caller binds and closes it. */
    Session open() {
        return Session.over(new ReferenceEngine(ScalarKernel::of), false);
    }

    /** The threads a session of these options computes on. */
    int threads() {
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
