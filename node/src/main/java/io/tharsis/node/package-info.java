/**
 * The command line: {@link io.tharsis.node.Main} and one class per command.
 *
 * <p>To add a command: write a class {@code XyzCommand} with picocli's {@code @Command} that
 * implements {@code Runnable} or {@code Callable<Integer>} (the exit code) and prints through
 * {@code spec.commandLine().getOut()}; register it with one line in {@link
 * io.tharsis.node.Main#COMMANDS}; test it as {@code MainTest} does, by running it through {@code
 * Main.commandLine()}; give it a row in README.md, which {@code ReadmeTest} asks for.
 */
package io.tharsis.node;
