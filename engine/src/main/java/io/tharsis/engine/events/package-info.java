/**
 * What the engine tells Java Flight Recorder, through {@link
 * io.tharsis.engine.events.EngineEvents}. Nothing is made while no recording was started in this
 * process.
 *
 * <p>To add an event: a class beside these, a method there, and a line in {@code EventsTest}.
 */
package io.tharsis.engine.events;
