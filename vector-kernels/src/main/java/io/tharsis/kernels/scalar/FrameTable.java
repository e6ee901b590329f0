package io.tharsis.kernels.scalar;

import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;

/**
 * The verifier's frames of a method whose locals are each allocated when they are first written, in
 * code that every later target has behind it, and whose stack is empty at every target. Then a
 * frame is the locals so far, and nobody has to interpret the code to find it, which takes longer
 * than to write it.
 */
final class FrameTable {
    private final List<VerificationTypeInfo> locals = new ArrayList<>();
    private final List<StackMapFrameInfo> frames = new ArrayList<>();

    /** The next local is a reference to {@code type}. */
    void add(ClassDesc type) {
        locals.add(ObjectVerificationTypeInfo.of(type));
    }

    /** The next local is a primitive. */
    void add(TypeKind kind) {
        locals.add(
                switch (kind.asLoadable()) {
                    case INT -> SimpleVerificationTypeInfo.INTEGER;
                    case LONG -> SimpleVerificationTypeInfo.LONG;
                    case FLOAT -> SimpleVerificationTypeInfo.FLOAT;
                    case DOUBLE -> SimpleVerificationTypeInfo.DOUBLE;
                    default -> throw new IllegalArgumentException("not a primitive: " + kind);
                });
    }

    /** How many locals there are. */
    int size() {
        return locals.size();
    }

    /** {@code label} is a target with all locals so far. */
    void target(Label label) {
        target(label, locals.size());
    }

    /** {@code label} is a target with the first {@code count} locals. */
    void target(Label label, int count) {
        frames.add(StackMapFrameInfo.of(label, List.copyOf(locals.subList(0, count)), List.of()));
    }

    StackMapTableAttribute attribute() {
        return StackMapTableAttribute.of(frames);
    }
}
