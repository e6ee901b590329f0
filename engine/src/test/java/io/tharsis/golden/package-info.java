/**
 * NumPy's answers for every public function, over every engine, and random graphs in which engines must agree bit for bit.
 *
 * <p>To add a function: write its cases in {@code src/test/python/goldens}, run {@code make_goldens.py}; the overload is found by name
 * and arguments. To add an engine: extend {@link io.tharsis.golden.GoldenContract} and {@link
 * io.tharsis.golden.RandomGraphContract}.
 */
package io.tharsis.golden;
