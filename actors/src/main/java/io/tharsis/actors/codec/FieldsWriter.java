package io.tharsis.actors.codec;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Generates the {@link Fields} of a record: a hidden class of this package with two methods without
 * branches. Accessors, constructor and codecs are constants of it, so that the compiler sees
 * through them, and the class names no type of the user's: records may be private, and of any class
 * loader.
 */
final class FieldsWriter {
    private static final ClassDesc FIELDS = Fields.class.describeConstable().orElseThrow();
    private static final ClassDesc CODEC = Codec.class.describeConstable().orElseThrow();
    private static final ClassDesc ENCODER = Encoder.class.describeConstable().orElseThrow();
    private static final ClassDesc DECODER = Decoder.class.describeConstable().orElseThrow();
    private static final ClassDesc HANDLE = ConstantDescs.CD_MethodHandle;

    private final List<RecordCodec.Component> components;
    private final MethodHandle make;

    /** What the class is given as its data; an element's index is its name there. */
    private final List<Object> constants = new ArrayList<>();

    private FieldsWriter(List<RecordCodec.Component> components, MethodHandle make) {
        this.components = components;
        this.make = make;
    }

    static Fields write(Class<?> type, List<RecordCodec.Component> components, MethodHandle make) {
        FieldsWriter writer = new FieldsWriter(components, make);
        String name = FieldsWriter.class.getPackageName() + ".Fields$" + type.getSimpleName();
        byte[] bytes = ClassFile.of().build(ClassDesc.of(name), writer::members);
        try {
            MethodHandles.Lookup hidden =
                    MethodHandles.lookup()
                            .defineHiddenClassWithClassData(bytes, writer.constants, true);
            return (Fields)
                    hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class))
                            .invoke();
        } catch (Throwable e) {
            throw new AssertionError("the generated class of " + type, e);
        }
    }

    private void members(ClassBuilder out) {
        out.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                .withSuperclass(FIELDS)
                .withMethodBody(
                        ConstantDescs.INIT_NAME,
                        MTD_void,
                        0,
                        code ->
                                code.aload(0)
                                        .invokespecial(FIELDS, ConstantDescs.INIT_NAME, MTD_void)
                                        .return_())
                .withMethodBody(
                        "write", MethodTypeDesc.of(CD_void, ENCODER, CD_Object), 0, this::spread)
                .withMethodBody("read", MethodTypeDesc.of(CD_Object, DECODER), 0, this::gather);
    }

    private void spread(CodeBuilder code) {
        for (RecordCodec.Component component : components) {
            if (component.codec() != null) {
                constant(code, component.codec(), CODEC);
            }
            code.aload(1);
            constant(code, component.get(), HANDLE);
            code.aload(2);
            invoke(code, component.get());
            if (component.codec() == null) {
                ClassDesc kind = kind(component);
                code.invokevirtual(
                        ENCODER, "put" + suffix(component), MethodTypeDesc.of(CD_void, kind));
            } else {
                code.invokeinterface(
                        CODEC, "write", MethodTypeDesc.of(CD_void, ENCODER, CD_Object));
            }
        }
        code.return_();
    }

    private void gather(CodeBuilder code) {
        constant(code, make, HANDLE);
        for (RecordCodec.Component component : components) {
            if (component.codec() == null) {
                code.aload(1)
                        .invokevirtual(
                                DECODER,
                                "get" + suffix(component),
                                MethodTypeDesc.of(kind(component)));
            } else {
                constant(code, component.codec(), CODEC);
                code.aload(1).invokeinterface(CODEC, "read", MethodTypeDesc.of(CD_Object, DECODER));
            }
        }
        invoke(code, make);
        code.areturn();
    }

    private void constant(CodeBuilder code, Object value, ClassDesc type) {
        code.loadConstant(
                DynamicConstantDesc.ofNamed(
                        ConstantDescs.BSM_CLASS_DATA_AT,
                        ConstantDescs.DEFAULT_NAME,
                        type,
                        constants.size()));
        constants.add(value);
    }

    private static void invoke(CodeBuilder code, MethodHandle handle) {
        code.invokevirtual(HANDLE, "invokeExact", handle.type().describeConstable().orElseThrow());
    }

    private static ClassDesc kind(RecordCodec.Component component) {
        return component.kind() == String.class
                ? CD_String
                : component.kind().describeConstable().orElseThrow();
    }

    /** Of the cursors' methods. */
    private static String suffix(RecordCodec.Component component) {
        String kind = component.kind().getSimpleName();
        return kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
    }
}
