package io.tharsis.node;

import java.util.Map;

/**
 * Loads a program's classes over those of the class path. The program's own come first, so that a
 * class of the same name on the class path does not hide them.
 */
final class ProgramLoader extends ClassLoader {
    private final Map<String, byte[]> classes;

    /**
     * @param classes class files by binary name
     */
    ProgramLoader(Map<String, byte[]> classes) {
        super("program", ClassLoader.getSystemClassLoader());
        this.classes = classes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null && classes.containsKey(name)) {
                loaded = findClass(name);
            }
            return loaded != null ? loaded : super.loadClass(name, resolve);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] classFile = classes.get(name);
        if (classFile == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, classFile, 0, classFile.length);
    }
}
