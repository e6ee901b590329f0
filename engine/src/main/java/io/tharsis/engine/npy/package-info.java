/**
 * NumPy's files, read and written by hand and strictly: {@link io.tharsis.engine.npy.NpyHeader}
 * says what a {@code .npy} holds, {@link io.tharsis.engine.npy.NpyFile} reads elements of it,
 * {@link io.tharsis.engine.npy.NpyWriter} writes one, and {@link io.tharsis.engine.npy.NpzReader}
 * and {@link io.tharsis.engine.npy.NpzWriter} do so for the zip archives of them.
 *
 * <p>Data is read with positional reads into the caller's memory, not mapped: touched pages of a
 * mapping count as resident until it is unmapped, while a read leaves resident only what the caller
 * asked for, and was measured to be no slower. Files are written beside their final name and
 * renamed when complete.
 *
 * <p>To add an element type: add its type string to {@code NpyTypes}, its values to {@code
 * src/test/python/make_npy_goldens.py}, and run that script; {@code NpyFileTest} reads whatever the
 * script made.
 */
package io.tharsis.engine.npy;
