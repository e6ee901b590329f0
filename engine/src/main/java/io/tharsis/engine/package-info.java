/** The engine behind the front door; its packages stand in the order a computation passes through them in docs/architecture.md. */
package io.tharsis.engine;
