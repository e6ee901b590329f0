package io.tharsis.node;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;

/** A file manager that keeps the classes a compiler writes in memory. */
final class MemoryClasses extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> bytesByName = new ConcurrentHashMap<>();

    MemoryClasses(JavaFileManager sources) {
        super(sources);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
            Location location, String className, Kind kind, FileObject sibling) {
        return new SimpleJavaFileObject(
                URI.create("memory:///" + className.replace('.', '/') + kind.extension), kind) {
            @Override
            public OutputStream openOutputStream() {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                bytesByName.put(className, bytes);
                return bytes;
            }
        };
    }

    /** What was compiled: class files by binary name. */
    Map<String, byte[]> bytes() {
        Map<String, byte[]> bytes = new HashMap<>();
        bytesByName.forEach((name, written) -> bytes.put(name, written.toByteArray()));
        return bytes;
    }
}
