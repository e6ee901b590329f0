package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;

/** The tests run under the flags of config/jvm.args, with the verifiers on. */
final class TestSettingsTest {
    @Test
    void shouldRunTestsWithTheFlagsOfTheArgumentFile() {
        assertTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
        assertTrue(
                ManagementFactory.getRuntimeMXBean()
                        .getInputArguments()
                        .contains("-XX:Tier3DelayOn=100000"));
    }

    @Test
    void shouldRunTestsWithVerifiersOn() {
        assertEquals("true", System.getProperty("tharsis.verify"));
    }
}
