package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.node.Finding.Level;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

final class DoctorCommandTest {
    private static final long MIB = 1L << 20;

    @TempDir private Path folder;

    @Test
    void shouldFindThisJvmUsable() {
        Console console = new Console();
        assertEquals(0, console.run("doctor"), console.out());
        for (String subject :
                List.of(
                        "jdk",
                        "compiler",
                        "vectors",
                        "products",
                        "flags",
                        "heap",
                        "memory",
                        "huge pages",
                        "disk",
                        "shared memory",
                        "cores")) {
            assertTrue(
                    console.out().lines().anyMatch(line -> line.substring(5).startsWith(subject)),
                    console.out());
        }
        assertTrue(console.out().contains("ok   flags"), console.out());
    }

    @Test
    void shouldWarnWithoutTheVectorModule() {
        Finding finding = JvmChecks.vectors(Optional.empty());
        assertEquals(Level.WARN, finding.level());
        assertTrue(finding.remedy().contains("config/jvm.args"));
        assertEquals(Level.OK, JvmChecks.vectors(Optional.of(256)).level());
        assertEquals(Level.WARN, JvmChecks.vectors(Optional.of(64)).level());
    }

    @Test
    void shouldSayWhatMultiplies() {
        assertEquals("the scalar twin", JvmChecks.products(false).found());
        Finding finding = JvmChecks.products(true);
        assertEquals(Level.OK, finding.level());
        boolean isMachine = finding.found().startsWith("machine code, vectors of ");
        assertTrue(isMachine || finding.found().contains("no machine code: "), finding.found());
    }

    @Test
    void shouldNameTheFlagsThatAreMissing() {
        List<String> expected =
                JvmArguments.parse(
                        "# why\n--add-modules jdk.incubator.vector\n\n-XX:A=1\n-XX:+B\n");
        assertEquals(List.of("--add-modules=jdk.incubator.vector", "-XX:A=1", "-XX:+B"), expected);
        Finding finding = JvmChecks.flags(expected, List.of("-XX:A=2", "-ea"));
        assertEquals(Level.WARN, finding.level());
        assertEquals(
                "missing of config/jvm.args: --add-modules=jdk.incubator.vector -XX:+B",
                finding.found());
        assertEquals(Level.OK, JvmChecks.flags(expected, expected).level());
    }

    @Test
    void shouldTellAContainerLimitFromTheMachinesMemory() {
        assertEquals(
                "2.0 GiB (container limit; the machine has 4.0 GiB)",
                MachineChecks.memory(2048 * MIB, Optional.of(4096 * MIB)).found());
        assertEquals(
                "4.0 GiB (no container limit)",
                MachineChecks.memory(4096 * MIB, Optional.of(4096 * MIB)).found());
        assertEquals(Level.WARN, MachineChecks.memory(512 * MIB, Optional.empty()).level());
        assertEquals(Level.FAIL, MachineChecks.memory(100 * MIB, Optional.empty()).level());
    }

    @Test
    void shouldReadTheMachinesMemory() throws IOException {
        Path meminfo =
                Files.writeString(
                        folder.resolve("meminfo"), "MemTotal:       24645712 kB\nMemFree:  1 kB\n");
        assertEquals(Optional.of(24645712L * 1024), MachineChecks.machineMemory(meminfo));
        assertEquals(Optional.empty(), MachineChecks.machineMemory(folder.resolve("absent")));
    }

    @Test
    void shouldWarnWhenHugePagesAreOff() {
        assertEquals(
                Level.WARN, MachineChecks.hugePages(Optional.of("always madvise [never]")).level());
        assertEquals(
                Level.OK, MachineChecks.hugePages(Optional.of("always [madvise] never")).level());
        assertEquals(Level.OK, MachineChecks.hugePages(Optional.empty()).level());
    }

    @Test
    void shouldFailWithoutAFolderToWriteTo() {
        assertEquals(Level.FAIL, MachineChecks.disk(folder.resolve("absent")).level());
        assertEquals("disk", MachineChecks.disk(folder).subject());
    }

    @Test
    void shouldWarnOfASingleCore() {
        assertEquals(Level.WARN, MachineChecks.cores(1).level());
        assertEquals(Level.OK, MachineChecks.cores(2).level());
    }
}
