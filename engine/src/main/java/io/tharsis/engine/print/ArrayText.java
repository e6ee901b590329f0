package io.tharsis.engine.print;

import io.tharsis.DType;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;

/** Lays out elements in brackets, as NumPy's {@code str} of an array does. */
public final class ArrayText {
    private static final int LINE_WIDTH = 75;

    private final long[] shape;
    private final long[] heldStrides;
    private final long[] heldShape;
    private final boolean abridged;
    private final ElementText elements;

    private ArrayText(long[] shape, long[] heldShape, ElementText elements) {
        this.shape = shape;
        this.heldShape = heldShape;
        this.heldStrides = Shapes.strides(heldShape);
        this.abridged = !Edges.areAll(shape);
        this.elements = elements;
    }

    /**
     * The text of a tensor.
     *
     * @param shape of the whole tensor
     * @param heldShape of its {@link Edges}
     * @param held the elements of the edges, row-major
     */
    public static String of(DType dtype, long[] shape, long[] heldShape, MemorySegment held) {
        if (Shapes.size(shape) == 0) {
            return "[]";
        }
        ElementText elements = ElementText.of(dtype, held, shape.length == 0);
        if (shape.length == 0) {
            return elements.text(0);
        }
        return new ArrayText(shape, heldShape, elements).axis(0, 0, " ", LINE_WIDTH);
    }

    /**
     * The text of one index along the axes before {@code axis}; its first line starts without the
     * indent.
     */
    private String axis(int axis, long position, String indent, int width) {
        long length = heldShape[axis];
        boolean cut = abridged && Edges.areCut(shape[axis]);
        return axis == shape.length - 1
                ? row(axis, position, indent, width, cut)
                : rows(axis, position, length, indent, width, cut);
    }

    private String rows(
            int axis, long position, long length, String indent, int width, boolean cut) {
        var text = new StringBuilder("[");
        String separator = "\n".repeat(shape.length - 1 - axis);
        for (long i = 0; i < length; i++) {
            if (i > 0) {
                text.append(separator).append(indent);
            }
            if (cut && i == Edges.COUNT) {
                text.append("...").append(separator).append(indent);
            }
            text.append(axis(axis + 1, position + i * heldStrides[axis], indent + ' ', width - 1));
        }
        return text.append(']').toString();
    }

    private String row(int axis, long position, String indent, int width, boolean cut) {
        var done = new StringBuilder();
        var line = new StringBuilder(indent);
        for (long i = 0; i < heldShape[axis]; i++) {
            if (cut && i == Edges.COUNT) {
                extend(done, line, "...", indent, width - 1);
                line.append(' ');
            }
            extend(done, line, elements.text(position + i), indent, width - 1);
            if (i < heldShape[axis] - 1) {
                line.append(' ');
            }
        }
        return '[' + done.append(line).substring(indent.length()) + ']';
    }

    private static void extend(
            StringBuilder done, StringBuilder line, String word, String indent, int width) {
        if (line.length() + word.length() > width && line.length() > indent.length()) {
            done.append(line.toString().stripTrailing()).append('\n');
            line.setLength(0);
            line.append(indent);
        }
        line.append(word);
    }
}
