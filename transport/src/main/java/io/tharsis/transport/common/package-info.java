/**
 * What several packages of the transport keep in one way: a log that does not fill up, the errors
 * of Aeron, and files that are held by a living process.
 *
 * <p>To add to it, have two packages that need the same thing; it imports none of the transport's
 * others.
 */
package io.tharsis.transport.common;
