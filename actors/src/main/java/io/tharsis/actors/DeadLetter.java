package io.tharsis.actors;

/**
 * A message that no actor will handle.
 *
 * @param message what was sent; for {@link ActorContext#pipeToSelf} the result as it came
 * @param to whom it was for
 * @param reason why it was not handled
 */
public record DeadLetter(Object message, ActorRef<?> to, String reason) {}
