package io.tharsis.engine.functions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Lines of a golden file, cut at the bars; a script of the same folder made it. */
final class Golden {
    private Golden() {}

    static Stream<String[]> lines(String file) {
        try (InputStream stream = Golden.class.getResourceAsStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines().map(line -> line.split("\\|", -1)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
