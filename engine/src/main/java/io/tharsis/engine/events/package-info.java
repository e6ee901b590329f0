/**
 * What the engine tells Java Flight Recorder: {@link io.tharsis.engine.events.TaskEvent}, {@link
 * io.tharsis.engine.events.SpillEvent}, {@link io.tharsis.engine.events.LoadEvent}. Nothing is made
 * while no recording was started in this process.
 *
 * <p>To add an event: a class beside these with a static {@code note}, and a line in {@code
 * EventsTest}.
 */
package io.tharsis.engine.events;
