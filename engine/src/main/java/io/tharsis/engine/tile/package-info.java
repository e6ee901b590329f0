/**
 * From steps to tasks over chunks: how every stored node is cut, which box of which chunk a task
 * reads, and what lies between.
 *
 * <p>{@code Tiler} walks the steps; {@code Grids} chooses cuts; {@code LoopGeometry} says how a
 * loop walks one box. To tile another kind of step: add a method to {@code Tiler}, a kind of {@link
 * io.tharsis.engine.tile.Task}, and its runner in {@code execute}.
 */
package io.tharsis.engine.tile;
