/**
 * The kernel language: immutable expression nodes over lanes, and the programs made of them.
 *
 * <p>To add a node kind: add a record to {@link io.tharsis.kernels.ir.Node}, give it meaning in the
 * scalar twin first, then in the vector generator, and add it to the differential tests that run
 * both.
 */
package io.tharsis.kernels.ir;
