/**
 * Which of several nodes a key belongs to, so that everybody who knows the same nodes gives the
 * same answer without asking.
 *
 * <p>{@link io.tharsis.actors.place.Rendezvous} is a set of nodes and answers; {@link
 * io.tharsis.actors.place.Placement} is such a set that changes, and tells which keys have moved by
 * it.
 *
 * <p>To add another rule of placement, write it beside {@code Rendezvous} with the same questions,
 * and give it golden values in its test: processes of different versions have to agree.
 */
package io.tharsis.actors.place;
