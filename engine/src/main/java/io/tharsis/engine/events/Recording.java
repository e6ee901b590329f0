package io.tharsis.engine.events;

import jdk.jfr.FlightRecorder;

/** Whether events are worth making. */
final class Recording {
    private Recording() {}

    static boolean isOn() {
        return FlightRecorder.isInitialized();
    }
}
