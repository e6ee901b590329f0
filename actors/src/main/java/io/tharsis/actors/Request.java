package io.tharsis.actors;

/**
 * A message that wants an answer; it can be asked as well as told.
 *
 * @param <R> the type of the answer
 */
public interface Request<R> {}
