/**
 * Bulk data between processes, from memory segment to memory segment.
 *
 * <p>Who wants data asks for it: {@link io.tharsis.transport.bulk.Bulk#fetch} names a key and the
 * segment that it goes to, and the other side's {@link io.tharsis.transport.bulk.BulkSource} opens
 * what the key means. So it is the receiver that knows how far it got, and asks for the rest when a
 * connection was lost between.
 *
 * <p>To add a kind of control message, give it a number in {@code BulkDescriptor}, handle it in
 * {@code BulkServer} or {@code BulkClient}, and test it in a suite over {@code BulkFixture}.
 */
package io.tharsis.transport.bulk;
