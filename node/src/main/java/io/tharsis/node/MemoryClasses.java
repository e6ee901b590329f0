package io.tharsis.node;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;

/**
 * A file manager that keeps the classes a compiler writes in memory, and a class loader over them.
 */
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

    /** A loader of the compiled classes; it stays valid after this manager is closed. */
    ClassLoader loader(ClassLoader parent) {
        return new Loader(parent, bytesByName);
    }

    private static final class Loader extends ClassLoader {
        private final Map<String, ByteArrayOutputStream> bytesByName;

        Loader(ClassLoader parent, Map<String, ByteArrayOutputStream> bytesByName) {
            super("program", parent);
            this.bytesByName = bytesByName;
        }

        /**
         * The program's own classes first, so that a class of the same name on the class path does
         * not hide them.
         */
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded == null && bytesByName.containsKey(name)) {
                    loaded = findClass(name);
                }
                return loaded != null ? loaded : super.loadClass(name, resolve);
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            ByteArrayOutputStream bytes = bytesByName.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] classFile = bytes.toByteArray();
            return defineClass(name, classFile, 0, classFile.length);
        }
    }
}
