package io.tharsis.node;

import java.io.PrintWriter;
import java.util.Map;

/**
 * A user's compiled program. Its {@code main} may be static or not, with or without {@code
 * String[]}.
 *
 * @param mainClass the binary name of the class that is run
 * @param classes class files by binary name
 */
record SourceProgram(String mainClass, Map<String, byte[]> classes) {
    /**
     * Runs the program's main method on this thread; false if it threw, after its stack trace went
     * to {@code err}.
     */
    boolean run(String[] arguments, PrintWriter err) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader loader = new ProgramLoader(classes);
        thread.setContextClassLoader(loader);
        try {
            MainMethod.of(Class.forName(mainClass, false, loader)).invoke(arguments);
            return true;
        } catch (MainMethod.Missing e) {
            err.println("tharsis run: " + e.getMessage());
            return false;
        } catch (Throwable thrown) {
            // A program may throw anything, errors too; all of it is the program's, to be shown as
            // the java command does.
            err.print("Exception in thread \"main\" ");
            MainMethod.withoutLauncherFrames(thrown).printStackTrace(err);
            return false;
        } finally {
            err.flush();
            thread.setContextClassLoader(before);
        }
    }
}
