package io.tharsis.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

class MemoryLimitsTest {
    @TempDir Path root;

    @Test
    void shouldParseLimitsOfBothVersions() {
        assertEquals(OptionalLong.of(536870912), MemoryLimits.parseCgroupLimit("536870912\n"));
        assertEquals(OptionalLong.empty(), MemoryLimits.parseCgroupLimit("max\n"));
        assertEquals(OptionalLong.empty(), MemoryLimits.parseCgroupLimit("9223372036854771712\n"));
        assertEquals(OptionalLong.empty(), MemoryLimits.parseCgroupLimit("0"));
        assertEquals(OptionalLong.empty(), MemoryLimits.parseCgroupLimit("-1"));
        assertEquals(OptionalLong.empty(), MemoryLimits.parseCgroupLimit(""));
    }

    @Test
    void shouldParseTheMachinesMemory() {
        assertEquals(
                OptionalLong.of(24L << 30),
                MemoryLimits.parseMemTotal("MemTotal:       25165824 kB\nMemFree: 1 kB\n"));
        assertEquals(OptionalLong.empty(), MemoryLimits.parseMemTotal("MemFree: 1 kB\n"));
        assertEquals(OptionalLong.empty(), MemoryLimits.parseMemTotal(""));
    }

    @Test
    void shouldLookIntoEveryGroupUpToTheRoot() {
        Path groups = Path.of("/sys/fs/cgroup");
        assertEquals(
                List.of(
                        groups.resolve("a/b/memory.max"),
                        groups.resolve("a/memory.max"),
                        groups.resolve("memory.max")),
                MemoryLimits.limitFiles("0::/a/b\n", groups));
        assertEquals(
                List.of(
                        groups.resolve("memory/docker/x/memory.limit_in_bytes"),
                        groups.resolve("memory/docker/memory.limit_in_bytes"),
                        groups.resolve("memory/memory.limit_in_bytes")),
                MemoryLimits.limitFiles("3:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n", groups));
        assertEquals(
                List.of(groups.resolve("memory.max")),
                MemoryLimits.limitFiles("0::/../..\n", groups));
        assertEquals(List.of(), MemoryLimits.limitFiles("nonsense\n", groups));
    }

    @Test
    void shouldTakeTheLeastLimit() throws IOException {
        write("proc/meminfo", "MemTotal: 8388608 kB\n");
        assertEquals(8L << 30, MemoryLimits.limit(root));
        write("proc/self/cgroup", "4:memory:/job\n0::/pod/job\n");
        write("sys/fs/cgroup/pod/job/memory.max", "max\n");
        assertEquals(8L << 30, MemoryLimits.limit(root));
        write("sys/fs/cgroup/pod/memory.max", "3221225472\n");
        assertEquals(3L << 30, MemoryLimits.limit(root));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
        assertEquals(1L << 30, MemoryLimits.limit(root));
    }

    @Test
    void shouldKnowALimitWithoutAnyFile() {
        assertTrue(MemoryLimits.limit(root) > 0);
    }

    @Test
    void shouldLeaveRoomForTheHeap() {
        assertEquals(4L << 30, MemoryLimits.defaultCapacity(7L << 30, 2L << 30));
        assertEquals(2L << 30, MemoryLimits.defaultCapacity(8L << 30, 8L << 30));
        assertTrue(MemoryLimits.defaultCapacity() > 0);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
