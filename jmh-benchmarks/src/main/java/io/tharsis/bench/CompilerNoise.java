package io.tharsis.bench;

import java.io.Writer;
import java.net.URI;
import java.util.List;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Keeps the JIT compiler busy until it is closed: a thread runs javac over a generated source,
 * which makes thousands of methods hot. Used by the thread that made it.
 */
final class CompilerNoise implements AutoCloseable {
    private final Thread thread;
    private volatile boolean stopped;

    CompilerNoise() {
        thread = new Thread(this::compile, "compiler-noise");
        thread.setDaemon(true);
        thread.start();
    }

    private void compile() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        for (int round = 0; !stopped; round++) {
            // Attributed and checked, but nothing is written.
            List<String> options =
                    List.of("-proc:none", "-implicit:none", "-XDshould-stop.ifNoError=FLOW");
            compiler.getTask(
                            Writer.nullWriter(),
                            null,
                            _ -> {},
                            options,
                            null,
                            List.of(new Source(round)))
                    .call();
        }
    }

    /** A class of many methods with generics, lambdas and switches. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(int round) {
            super(URI.create("string:///Noise" + round + ".java"), JavaFileObject.Kind.SOURCE);
            var methods =
                    new StringBuilder(
                            "import java.util.*;\nimport java.util.stream.*;\nclass Noise"
                                    + round
                                    + " {\n");
            for (int i = 0; i < 200; i++) {
                methods.append(
                        """
                            Map<String, List<Integer>> m%1$d(Collection<? extends Number> in) {
                                return in.stream().map(x -> switch (x.intValue() %% 3) { case 0 -> x.intValue() + %1$d; case 1 -> 1; default -> 2; })
                                        .collect(Collectors.groupingBy(x -> "k" + x, TreeMap::new, Collectors.toList()));
                            }
                        """
                                .formatted(i));
            }
            this.text = methods.append("}\n").toString();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
