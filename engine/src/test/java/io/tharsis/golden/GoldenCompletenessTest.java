package io.tharsis.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.Tensor;
import io.tharsis.api.Deviations;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Every public function has golden cases, or a reason to have none; every deviation in a dtype has
 * its row in docs/deviations.md.
 */
class GoldenCompletenessTest {
    private static final String RUNS = "computes or reads what others build";
    private static final String DATA = "makes every tensor argument of the golden cases";
    private static final String OWN = "NumPy has no such function; has tests of its own";
    private static final String RANDOM = "NumPy draws other numbers; has tests of its own";

    /** Functions without cases, all overloads, and why. */
    private static final Map<String, String> EXEMPT = exemptions();

    private static Map<String, String> exemptions() {
        Map<String, String> exempt = new TreeMap<>();
        for (String name :
                List.of(
                        "execute",
                        "of",
                        ".execute",
                        ".item",
                        ".itemLong",
                        ".itemBoolean",
                        ".show",
                        ".text",
                        ".close")) {
            exempt.put(name, RUNS);
        }
        exempt.put("array", DATA);
        exempt.put("from", OWN);
        exempt.put("fromFunction", OWN);
        exempt.put(".mapBlocks", OWN);
        exempt.put(".rechunk", OWN);
        for (String name :
                List.of(
                        "random",
                        "seed",
                        "uniform",
                        "integers",
                        "normal",
                        "exponential",
                        "bernoulli",
                        "permutation",
                        "shuffle")) {
            exempt.put(name, RANDOM);
        }
        return exempt;
    }

    private static Set<String> covered() {
        return GoldenContract.FILE.cases().stream()
                .map(Overloads::signature)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isExempt(String signature) {
        String name = signature.substring(0, signature.indexOf('('));
        // the string form of slices has the cases
        return EXEMPT.containsKey(name)
                || signature.contains("<Slice[]>")
                || name.toLowerCase(java.util.Locale.ROOT).matches(".*np[yz].*");
    }

    private static boolean answersTensors(Method method) {
        Class<?> type = method.getReturnType();
        return type == Tensor.class
                || type == Tensor[].class
                || type.isRecord() && type.getEnclosingClass() != null;
    }

    @Test
    void shouldHaveCasesForEveryPublicFunction() {
        Set<String> covered = covered();
        List<String> missing = new ArrayList<>();
        Overloads.all()
                .forEach(
                        (signature, method) -> {
                            if (!signature.startsWith(".")
                                    && answersTensors(method)
                                    && !isExempt(signature)
                                    && !covered.contains(signature)) {
                                missing.add(signature);
                            }
                        });
        assertEquals(List.of(), missing);
    }

    /** A method of a tensor is a function of the same name, or has cases under its own. */
    @Test
    void shouldHaveCasesForEveryMethodOfATensor() {
        Set<String> covered = covered();
        List<String> missing = new ArrayList<>();
        Overloads.all()
                .forEach(
                        (signature, method) -> {
                            boolean isMethod =
                                    signature.startsWith(".")
                                            && answersTensors(method)
                                            && !isExempt(signature);
                            if (isMethod
                                    && !covered.contains(signature)
                                    && !covered.contains(signature.substring(1))) {
                                missing.add(signature);
                            }
                        });
        assertEquals(List.of(), missing);
    }

    @Test
    void shouldExplainEveryDtypeThatIsNotNumPys() {
        Deviations deviations = Deviations.read();
        Set<String> unexplained = new TreeSet<>();
        for (GoldenCase golden : GoldenContract.FILE.cases()) {
            if (!golden.numpy().equals("-")) {
                List<String> arguments =
                        Arrays.stream(golden.arguments())
                                .map(GoldenCompletenessTest::word)
                                .filter(word -> !word.isEmpty())
                                .toList();
                String ours = golden.expected().getFirst().dtype().toString();
                if (!deviations.explain(golden.method(), arguments, golden.numpy(), ours)) {
                    unexplained.add(
                            golden.method()
                                    + " of "
                                    + arguments
                                    + ": "
                                    + golden.numpy()
                                    + ", here "
                                    + ours);
                }
            }
        }
        assertEquals(Set.of(), unexplained);
        assertEquals(List.of(), deviations.unusedTypeRows());
    }

    private static String word(Object argument) {
        return switch (argument) {
            case GoldenArray array -> array.dtype().toString();
            case Long _ -> "int";
            case Double _ -> "float";
            default -> "";
        };
    }
}
