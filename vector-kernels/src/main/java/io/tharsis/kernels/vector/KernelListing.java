package io.tharsis.kernels.vector;

import io.tharsis.kernels.ir.Program;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The stable printed form of a generated kernel: per loop one line for each value that is put into
 * a local or each vector that is stored, with the calls and operands that make it, in the order
 * they are pushed.
 */
final class KernelListing {
    private final StringBuilder text = new StringBuilder();
    private final List<String> line = new ArrayList<>();
    private final Map<Label, String> labels = new HashMap<>();

    private KernelListing() {}

    /** The loops of the kernel of {@code program} at {@code vectorBits}. */
    static String of(Program program, int vectorBits) {
        var listing = new KernelListing();
        var layout = new Layout(program, vectorBits, null);
        listing.text.append(program);
        listing.text
                .append("lanes ")
                .append(layout.laneCount())
                .append(", unroll ")
                .append(layout.unroll());
        listing.text.append(", cost ").append(layout.cost()).append('\n');
        for (MethodModel method : ClassFile.of().parse(KernelWriter.write(layout)).methods()) {
            if (!method.methodName().equalsString("<init>")) {
                listing.method(method);
            }
        }
        return listing.text.toString();
    }

    private void method(MethodModel method) {
        text.append(method.methodName().stringValue()).append(":\n");
        labels.clear();
        method.code().orElseThrow().forEach(this::element);
        flush("end");
    }

    private void element(CodeElement element) {
        switch (element) {
            case LoadInstruction load -> line.add("v" + load.slot());
            case StoreInstruction store -> flush("v" + store.slot());
            case ConstantInstruction constant -> line.add(constant.constantValue().toString());
            case FieldInstruction field -> line.add(field.name().stringValue());
            case InvokeInstruction call -> {
                String owner = call.owner().asInternalName();
                line.add(
                        owner.substring(owner.lastIndexOf('/') + 1)
                                + "."
                                + call.name().stringValue());
                if (call.name().equalsString("intoMemorySegment")) {
                    flush("store");
                }
            }
            case LabelTarget target -> {
                flush("code");
                text.append(' ').append(name(target.label())).append(":\n");
            }
            case BranchInstruction branch -> {
                line.add(name(branch.target()));
                flush(branch.opcode().name().toLowerCase(Locale.ROOT));
            }
            case java.lang.classfile.Instruction other ->
                    line.add(other.opcode().name().toLowerCase(Locale.ROOT));
            default -> {}
        }
    }

    private String name(Label label) {
        return labels.computeIfAbsent(label, _ -> "L" + labels.size());
    }

    private void flush(String result) {
        if (!line.isEmpty()) {
            text.append("  ")
                    .append(result)
                    .append(" <- ")
                    .append(String.join(" ", line))
                    .append('\n');
            line.clear();
        }
    }
}
