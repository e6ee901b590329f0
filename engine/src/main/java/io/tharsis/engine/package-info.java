/**
 * The engine behind the front door; its packages stand in the order a computation passes through
 * them in docs/architecture.md.
 *
 * <p>To add an engine of another kind: implement {@link io.tharsis.engine.Engine}, open sessions on
 * it with {@code Session.over}, and hold it to the reference's bits in {@code GoldenContract} and
 * {@code RandomGraphTest}.
 */
package io.tharsis.engine;
