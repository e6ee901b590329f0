package io.tharsis.node;

import io.tharsis.kernels.matrix.MatrixProduct;

import jdk.incubator.vector.DoubleVector;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code doctor} asks of the JVM. To add a check: a method that answers a {@link Finding}, one
 * line in {@link #all}, and a test of both its answers in {@code DoctorCommandTest}.
 */
final class JvmChecks {
    private JvmChecks() {}

    static List<Finding> all() {
        List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
        boolean hasVectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        List<Finding> findings = new ArrayList<>();
        findings.add(
                Finding.ok("jdk", System.getProperty("java.vm.name") + " " + Runtime.version()));
        findings.add(javac(javax.tools.ToolProvider.getSystemJavaCompiler() != null));
        findings.add(vectors(hasVectors ? Optional.of(PreferredWidth.bits()) : Optional.empty()));
        findings.add(products(hasVectors));
        findings.add(flags(JvmArguments.expected(), given));
        findings.add(heap(Runtime.getRuntime().maxMemory()));
        return findings;
    }

    static Finding javac(boolean present) {
        return present
                ? Finding.ok("compiler", "javac is part of this Java")
                : Finding.warn(
                        "compiler",
                        "this Java is a JRE, so run and shell do not work",
                        "use a full JDK 25");
    }

    /**
     * @param bits the preferred vector width, or empty where the Vector API is not in the boot
     *     layer
     */
    static Finding vectors(Optional<Integer> bits) {
        if (bits.isEmpty()) {
            return Finding.warn(
                    "vectors",
                    "module jdk.incubator.vector is absent: kernels run on their scalar twins, many"
                            + " times slower",
                    "start through ./tharsis, or with java @config/jvm.args");
        }
        return bits.get() >= 128
                ? Finding.ok(
                        "vectors",
                        "Vector API, "
                                + bits.get()
                                + " bits preferred ("
                                + bits.get() / 64
                                + " doubles)")
                : Finding.warn(
                        "vectors",
                        "the JVM prefers vectors of only " + bits.get() + " bits",
                        "remove -XX:MaxVectorSize and -XX:UseAVX from the JVM's options");
    }

    /** What multiplies matrices of floats; nothing to mend where it is not machine code. */
    static Finding products(boolean hasVectors) {
        try {
            // Without the module, kernels would say so once more.
            return Finding.ok(
                    "products", hasVectors ? MatrixProduct.description() : "the scalar twin");
        } catch (ExceptionInInitializerError e) {
            return Finding.fail(
                    "products",
                    String.valueOf(e.getCause().getMessage()),
                    "remove -Dtharsis.kernels from the JVM's options, or correct it");
        }
    }

    static Finding flags(List<String> expected, List<String> given) {
        List<String> missing = JvmArguments.missing(expected, given);
        return missing.isEmpty()
                ? Finding.ok("flags", "all of config/jvm.args")
                : Finding.warn(
                        "flags",
                        "missing of config/jvm.args: " + String.join(" ", missing),
                        "start through ./tharsis, or with java @config/jvm.args");
    }

    static Finding heap(long maxBytes) {
        String found = "at most " + Sizes.text(maxBytes) + " (tensors live outside of it)";
        return maxBytes >= 64 << 20
                ? Finding.ok("heap", found)
                : Finding.warn("heap", found, "give it more: THARSIS_OPTS=-Xmx256m ./tharsis ...");
    }

    /** Apart, because it can only be loaded where the vector module is present. */
    private static final class PreferredWidth {
        static int bits() {
            return DoubleVector.SPECIES_PREFERRED.vectorBitSize();
        }
    }
}
