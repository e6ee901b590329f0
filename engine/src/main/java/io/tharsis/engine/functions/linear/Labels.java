package io.tharsis.engine.functions.linear;

import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The subscripts of an {@code einsum}, read against the shapes of its operands. Labels are letters;
 * those of an ellipsis are numbers from -1 downwards, the last axis first.
 *
 * @param inputs the labels of each operand's axes
 * @param output the labels of the result's axes
 * @param lengths of each label; an axis of length 1 repeats
 */
record Labels(List<List<Integer>> inputs, List<Integer> output, Map<Integer, Long> lengths) {

    static Labels of(String subscripts, Operand... operands) {
        String text = subscripts.replace(" ", "");
        int arrow = text.indexOf("->");
        String[] terms = (arrow < 0 ? text : text.substring(0, arrow)).split(",", -1);
        var reader = new Reader(subscripts, operands);
        if (terms.length != operands.length) {
            throw reader.error(terms.length + " terms for " + operands.length + " operands");
        }
        List<List<Integer>> inputs = new ArrayList<>();
        Map<Integer, Long> lengths = new HashMap<>();
        int dots = 0;
        for (int i = 0; i < terms.length; i++) {
            List<Integer> labels = reader.term(terms[i], operands[i].rank());
            inputs.add(labels);
            for (int axis = 0; axis < labels.size(); axis++) {
                reader.join(lengths, labels.get(axis), operands[i].shape()[axis]);
                dots = Math.max(dots, -labels.get(axis));
            }
        }
        List<Integer> output =
                arrow < 0
                        ? implicit(inputs, dots)
                        : reader.output(text.substring(arrow + 2), lengths, dots);
        return new Labels(inputs, output, lengths);
    }

    /** The ellipsis, then what occurs once, in the order of the alphabet. */
    private static List<Integer> implicit(List<List<Integer>> inputs, int dots) {
        Map<Integer, Integer> counts = new TreeMap<>();
        inputs.forEach(labels -> labels.forEach(label -> counts.merge(label, 1, Integer::sum)));
        List<Integer> output = new ArrayList<>();
        for (int i = dots; i > 0; i--) {
            output.add(-i);
        }
        counts.forEach(
                (label, count) -> {
                    if (label > 0 && count == 1) {
                        output.add(label);
                    }
                });
        return output;
    }

    private record Reader(String subscripts, Operand... operands) {
        ShapeException error(String problem) {
            return new ShapeException(
                    "einsum '"
                            + subscripts
                            + "' of shapes "
                            + Arrays.stream(operands)
                                    .map(operand -> Shapes.text(operand.shape()))
                                    .collect(Collectors.joining(", "))
                            + ": "
                            + problem);
        }

        List<Integer> term(String term, int rank) {
            int dots = term.indexOf("...");
            int letters = dots < 0 ? term.length() : term.length() - 3;
            if (letters > rank || dots < 0 && letters < rank) {
                throw error(
                        "the term '"
                                + term
                                + "' does not name the axes of a tensor of rank "
                                + rank);
            }
            List<Integer> labels = new ArrayList<>();
            for (int i = 0; i < term.length(); i++) {
                if (i == dots) {
                    for (int k = rank - letters; k > 0; k--) {
                        labels.add(-k);
                    }
                    i += 2;
                } else {
                    labels.add(letter(term, i));
                }
            }
            return labels;
        }

        private int letter(String term, int i) {
            char letter = term.charAt(i);
            if (letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z') {
                return letter;
            }
            throw error("'" + letter + "' in '" + term + "' is no letter");
        }

        void join(Map<Integer, Long> lengths, int label, long length) {
            Long known = lengths.get(label);
            if (known == null || known == 1) {
                lengths.put(label, length);
            } else if (length != 1 && length != known) {
                throw error(
                        (label < 0 ? "an axis of '...'" : "'" + (char) label + "'")
                                + " has lengths "
                                + known
                                + " and "
                                + length);
            }
        }

        List<Integer> output(String term, Map<Integer, Long> lengths, int dots) {
            boolean hasDots = term.contains("...");
            if (dots > 0 && !hasDots) {
                throw error("the output has no '...', but the inputs have axes for it");
            }
            List<Integer> labels = term(term, term.length() - (hasDots ? 3 - dots : 0));
            for (int i = 0; i < labels.size(); i++) {
                int label = labels.get(i);
                if (!lengths.containsKey(label)) {
                    throw error("the output names '" + (char) label + "', which no input has");
                }
                if (labels.indexOf(label) != i) {
                    throw error("the output names '" + (char) label + "' twice");
                }
            }
            return labels;
        }
    }
}
