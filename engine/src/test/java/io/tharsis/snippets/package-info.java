/**
 * The Java of README.md and docs, compiled: every {@code java} block there is a region of a file
 * here, and prints what the {@code text} block after it shows.
 *
 * <p>To add a snippet: write a static method, put its text between {@code // @start region="name"}
 * and {@code // @end} with the method's name, and copy the text into the page; a whole program is a
 * file of its own with a region {@code main} from its imports on.
 */
package io.tharsis.snippets;
