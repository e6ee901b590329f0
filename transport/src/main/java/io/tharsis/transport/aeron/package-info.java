/**
 * The wire that Aeron carries: by shared memory to processes on the same media driver, by UDP to
 * all others.
 *
 * <p>{@link io.tharsis.transport.aeron.AeronWire} keeps an Aeron client and builds it anew when it
 * breaks. The media driver below it is either embedded in the process or a process of its own that
 * all on the machine share ({@link io.tharsis.transport.aeron.DriverMain}); both have the settings
 * of {@code DriverSettings}. Everything on disk lies in a {@code Folder} that nobody else may
 * enter.
 *
 * <p>To add another kind of driver, implement {@code Driver} and choose it in {@code AeronWire};
 * its tests are those of {@code AeronWireTest}.
 */
package io.tharsis.transport.aeron;
