/**
 * Actors: state that one message at a time changes, each behind a mailbox, run by virtual threads;
 * in one process.
 *
 * <p>An {@link io.tharsis.actors.ActorSystem} spawns an {@link io.tharsis.actors.Actor} from a
 * factory and answers an {@link io.tharsis.actors.ActorRef}, by which others tell it messages or
 * ask it {@link io.tharsis.actors.Request}s. The actor is given an {@link
 * io.tharsis.actors.ActorContext} with each message. Its {@link io.tharsis.actors.ActorOptions} say
 * which mailbox it has and what {@link io.tharsis.actors.Supervision} does when it fails.
 *
 * <p>Inside, a {@code Cell} is a mailbox and the word by which it is scheduled; {@code Life} is
 * what the actor behind it goes through. A cell with messages is a {@link io.tharsis.actors.Turn}
 * that a {@link io.tharsis.actors.Dispatcher} runs: {@code RunnerDispatcher} on virtual threads
 * ({@code Runner}, {@code RunQueue}, {@code Monitor}), {@link
 * io.tharsis.actors.SimulatedDispatcher} in an order drawn from a seed. {@code Compute} keeps the
 * work that a system computes off the threads of actors, {@code Recorder} tells Java Flight
 * Recorder what is counted.
 *
 * <p>To add a kind of item in mailboxes, extend {@code Envelope}; what one actor wants of another's
 * life is a {@code Command}. Test both in {@code SimulationTest}, over many seeds.
 */
package io.tharsis.actors;
