package io.tharsis.node;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which name was meant. */
final class Closest {
    private Closest() {}

    /**
     * The candidate with the fewest changes of single characters, an exchange of neighbours being
     * one, if those are at most a third of its length, or one; else one that begins with the name.
     */
    static Optional<String> to(String name, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .filter(best -> distance(name, best) <= Math.max(1, best.length() / 3))
                .or(() -> candidates.stream().filter(begins -> isPart(name, begins)).findFirst());
    }

    private static boolean isPart(String name, String candidate) {
        return name.chars().filter(Character::isLetter).count() > 1 && candidate.startsWith(name);
    }

    /** Levenshtein's distance, with exchanges of neighbours (optimal string alignment). */
    private static int distance(String a, String b) {
        int[] beforeThat = new int[b.length() + 1];
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], 1 + beforeThat[j - 2]);
                }
            }
            beforeThat = previous;
            previous = row;
        }
        return previous[b.length()];
    }
}
