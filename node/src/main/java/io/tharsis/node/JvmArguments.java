package io.tharsis.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of config/jvm.args (the build puts a copy beside this class), and which of them a JVM
 * was started without.
 */
final class JvmArguments {
    private JvmArguments() {}

    /** The options, in the form in which a JVM reports its own: {@code --option=value}. */
    static List<String> expected() {
        try (InputStream in = JvmArguments.class.getResourceAsStream("jvm.args")) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("jvm.args cannot be read from the node module's jar", e);
        }
    }

    /** One option a line, {@code #} starts a comment, as in the java command's argument files. */
    static List<String> parse(String text) {
        List<String> options = new ArrayList<>();
        for (String line : text.lines().map(String::strip).toList()) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                options.add(line.replaceFirst("\\s+", "="));
            }
        }
        return options;
    }

    /**
     * Those that were neither given nor overridden by another value for the same {@code -XX:}
     * option.
     */
    static List<String> missing(List<String> expected, List<String> given) {
        List<String> missing = new ArrayList<>();
        for (String option : expected) {
            String name =
                    option.startsWith("-XX:") && option.contains("=")
                            ? option.substring(0, option.indexOf('=') + 1)
                            : option;
            if (given.stream()
                    .noneMatch(
                            g ->
                                    g.equals(option)
                                            || (name.startsWith("-XX:") && g.startsWith(name)))) {
                missing.add(option);
            }
        }
        return missing;
    }
}
