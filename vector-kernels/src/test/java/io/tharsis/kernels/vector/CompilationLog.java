package io.tharsis.kernels.vector;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Which generated classes C2 has compiled, from JFR's compilation events. */
public final class CompilationLog implements AutoCloseable {
    private final Recording recording = new Recording();

    public CompilationLog() {
        recording.enable("jdk.Compilation").withThreshold(Duration.ZERO);
        recording.start();
    }

    /** Keys ({@link #key}) of all generated methods C2 has compiled since this log was opened. */
    public Set<String> compiled() throws IOException {
        Path file = Files.createTempFile("compilations", ".jfr");
        try {
            recording.dump(file);
            Set<String> methods = new HashSet<>();
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                if (event.getEventType().getName().equals("jdk.Compilation")
                        && event.getBoolean("succeded")
                        && event.getInt("compileLevel") == 4
                        && event.getValue("method")
                                instanceof jdk.jfr.consumer.RecordedMethod method) {
                    methods.add(key(method.getType().getName(), method.getName()));
                }
            }
            return methods;
        } finally {
            Files.delete(file);
        }
    }

    /** Class, without the punctuation that differs between JFR and reflection, and method. */
    public static String key(String className, String method) {
        return className.replaceAll("[^A-Za-z0-9]", "") + "." + method;
    }

    @Override
    public void close() {
        recording.close();
    }
}
