/**
 * NumPy's answers for every public function, over every engine, and random graphs in which engines
 * must agree bit for bit.
 *
 * <p>To add a function: write its cases in {@code src/test/python/goldens}, run {@code
 * make_goldens.py}; the overload is found by name and arguments. {@code GoldenCompletenessTest}
 * names public functions that have none. To add an engine: extend {@link
 * io.tharsis.golden.GoldenContract} and add it to {@code Engines}.
 */
package io.tharsis.golden;
