package io.tharsis.engine.functions;

import io.tharsis.DType;
import io.tharsis.DTypeException;
import io.tharsis.ShapeException;
import io.tharsis.engine.graph.Shapes;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.Arrays;

/** Java's arrays, nested to any depth, to and from dense ones. */
public final class JavaArrays {
    /**
     * A Java array laid out flat; {@code values} is a heap segment that may share the array given.
     */
    public record Flat(DType dtype, long[] shape, MemorySegment values) {}

    private JavaArrays() {}

    /**
     * Flattens an array of primitives of any depth; throws naming the index where it is ragged or
     * null.
     */
    public static Flat flatten(Object nested) {
        Class<?> component = nested.getClass();
        int rank = 0;
        while (component.isArray()) {
            component = component.getComponentType();
            rank++;
        }
        if (rank == 0 || !component.isPrimitive() || component == char.class) {
            throw new DTypeException(
                    "cannot make a tensor of "
                            + nested.getClass().getTypeName()
                            + "; give an array of boolean, byte, short, int, long, float or double,"
                            + " nested to any depth");
        }
        long[] shape = new long[rank];
        Object first = nested;
        for (int axis = 0; axis < rank && first != null; axis++) {
            shape[axis] = Array.getLength(first);
            first = axis + 1 < rank && shape[axis] > 0 ? Array.get(first, 0) : null;
        }
        Object flat = nested;
        if (rank > 1) {
            flat = Array.newInstance(component, Math.toIntExact(Shapes.size(shape)));
            fill(nested, shape, 0, flat, 0, new long[rank]);
        }
        return new Flat(dtypeOf(component), shape, segment(flat));
    }

    private static int fill(
            Object nested, long[] shape, int axis, Object flat, int position, long[] index) {
        long length = nested == null ? -1 : Array.getLength(nested);
        if (length != shape[axis]) {
            throw new ShapeException(
                    "the array is ragged: at index "
                            + Arrays.toString(Arrays.copyOf(index, axis))
                            + " it "
                            + (nested == null ? "is null" : "has length " + length)
                            + ", but the shape begun is "
                            + Shapes.text(shape));
        }
        if (axis == shape.length - 1) {
            System.arraycopy(nested, 0, flat, position, (int) length);
            return position + (int) length;
        }
        for (int i = 0; i < length; i++) {
            index[axis] = i;
            position = fill(Array.get(nested, i), shape, axis + 1, flat, position, index);
        }
        return position;
    }

    private static DType dtypeOf(Class<?> component) {
        return switch (component.getName()) {
            case "boolean" -> DType.BOOL;
            case "byte" -> DType.INT8;
            case "short" -> DType.INT16;
            case "int" -> DType.INT32;
            case "long" -> DType.INT64;
            case "float" -> DType.FLOAT32;
            default -> DType.FLOAT64;
        };
    }

    private static MemorySegment segment(Object flat) {
        return switch (flat) {
            case boolean[] values -> {
                byte[] bytes = new byte[values.length];
                for (int i = 0; i < values.length; i++) {
                    bytes[i] = (byte) (values[i] ? 1 : 0);
                }
                yield MemorySegment.ofArray(bytes);
            }
            case byte[] values -> MemorySegment.ofArray(values);
            case short[] values -> MemorySegment.ofArray(values);
            case int[] values -> MemorySegment.ofArray(values);
            case long[] values -> MemorySegment.ofArray(values);
            case float[] values -> MemorySegment.ofArray(values);
            default -> MemorySegment.ofArray((double[]) flat);
        };
    }

    /**
     * {@code flat}, an array of primitives, as an array nested to {@code shape}; its only element
     * for rank 0.
     */
    public static Object nest(Object flat, long[] shape) {
        if (shape.length == 0) {
            return Array.get(flat, 0);
        }
        if (shape.length == 1) {
            return flat;
        }
        int[] lengths = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
        Object nested = Array.newInstance(flat.getClass().getComponentType(), lengths);
        spread(flat, 0, nested, lengths, 0);
        return nested;
    }

    private static int spread(Object flat, int position, Object nested, int[] lengths, int axis) {
        if (axis == lengths.length - 1) {
            System.arraycopy(flat, position, nested, 0, lengths[axis]);
            return position + lengths[axis];
        }
        for (int i = 0; i < lengths[axis]; i++) {
            position = spread(flat, position, Array.get(nested, i), lengths, axis + 1);
        }
        return position;
    }
}
