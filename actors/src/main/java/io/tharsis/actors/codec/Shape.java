package io.tharsis.actors.codec;

import java.util.List;
import java.util.stream.Collectors;

/** A type, its arguments known; no arguments for a type that has none or was named without. */
record Shape(Class<?> type, List<Shape> arguments) {
    Shape(Class<?> type) {
        this(type, List.of());
    }

    /** How deep its arguments are nested; 1 without any. */
    int depth() {
        return 1 + arguments.stream().mapToInt(Shape::depth).max().orElse(0);
    }

    @Override
    public String toString() {
        return arguments.isEmpty()
                ? type.getTypeName()
                : arguments.stream()
                        .map(Shape::toString)
                        .collect(Collectors.joining(",", type.getTypeName() + "<", ">"));
    }
}
