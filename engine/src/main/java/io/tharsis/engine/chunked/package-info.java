/**
 * Functions of whole chunks: sorts, scans, searches, order statistics, histograms.
 *
 * <p>All ordering is done on {@linkplain io.tharsis.engine.chunked.Keys keys}: each dtype maps,
 * order kept, to a signed long, so one sort, one merge and one search serve every dtype. Java
 * arrays hold cache-sized pieces only; whatever grows with the data lies in the call's scratch
 * memory and is indexed by longs.
 *
 * <p>To add a function: write a record that implements {@link
 * io.tharsis.engine.graph.ChunkFunction}, walk an axis with {@link
 * io.tharsis.engine.chunked.Lines}, give it a builder in {@code io.tharsis.engine.functions}, and a
 * golden case in {@code src/test/python/chunked_golden.py}.
 */
package io.tharsis.engine.chunked;
