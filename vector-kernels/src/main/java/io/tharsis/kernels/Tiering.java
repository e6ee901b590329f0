package io.tharsis.kernels;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a kernel came to the loop that it runs: which classes were made of it, and what was measured
 * of each. For reports; {@link #toString} says it in a line.
 *
 * @param cost the program's {@link ProgramCost}
 * @param trials in the order they were made; none before the kernel is warmed up
 * @param isCompiled true if one of the classes is in use, the last one if it is hot, else the
 *     quickest; false for the twin
 */
public record Tiering(int cost, List<Trial> trials, boolean isCompiled) {
    /**
     * A class that was made and warmed up.
     *
     * @param isWhole false if the program was cut into several loops
     * @param outcome hot, boxing or cold
     * @param leastNs the least time of a run over some thousand elements, in nanoseconds
     * @param leastBytes the least bytes that such a run allocated
     */
    public record Trial(boolean isWhole, String outcome, long leastNs, long leastBytes) {
        Trial(boolean isWhole, WarmUp.Result result) {
            this(
                    isWhole,
                    result.outcome().name().toLowerCase(Locale.ROOT),
                    result.leastNs(),
                    result.leastBytes());
        }

        @Override
        public String toString() {
            return (isWhole ? "" : "in stages ")
                    + outcome
                    + (leastNs == Long.MAX_VALUE
                            ? ""
                            : " (" + leastNs + " ns, " + leastBytes + " bytes)");
        }
    }

    @Override
    public String toString() {
        String classes =
                trials.isEmpty()
                        ? "no class"
                        : trials.stream().map(Trial::toString).collect(Collectors.joining(", "));
        return "cost " + cost + ": " + classes + (isCompiled ? "" : ", on the twin");
    }
}
