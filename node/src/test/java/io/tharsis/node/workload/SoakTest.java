package io.tharsis.node.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.ActorRef;
import io.tharsis.actors.Tell;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two processes that ask, tell, spawn, watch and fetch for a time: {@code -Dtharsis.soak=600} for
 * ten minutes, 30 seconds if not given. Their memory must not grow.
 */
@Tag("slow")
final class SoakTest {
    private static final long SECONDS = Long.getLong("tharsis.soak", 30);
    private static final long MIB = 1 << 20;

    /** What garbage that was not collected yet may make up. */
    private static final long SLACK_BYTES = 64 * MIB;

    @Test
    void shouldKeepItsMemoryOverShared() throws IOException {
        soak(Wiring.IPC);
    }

    @Test
    void shouldKeepItsMemoryOverSealedDatagrams() throws IOException {
        soak(Wiring.UDP_SEALED);
    }

    private static void soak(Wiring wiring) throws IOException {
        List<Long> here = new ArrayList<>();
        List<Long> there = new ArrayList<>();
        long rounds = 0;
        try (Partner partner = Partner.start(wiring)) {
            MemorySegment target = Arena.ofAuto().allocate(16 * MIB);
            long start = System.nanoTime();
            long half = SECONDS * 500_000_000L;
            while (System.nanoTime() - start < 2 * half) {
                round(partner, target);
                rounds++;
                long second = (System.nanoTime() - start) / 1_000_000_000;
                if (second > here.size() * Math.max(1, SECONDS / 20)) {
                    here.add(residentBytes(ProcessHandle.current().pid()));
                    there.add(residentBytes(partner.process.pid()));
                }
            }
        }
        System.out.printf(
                "SoakTest %s: %d rounds in %d s; resident MiB here %s, there %s%n",
                wiring, rounds, SECONDS, inMib(here), inMib(there));
        assertFlat(here);
        assertFlat(there);
    }

    private static void round(Partner partner, MemorySegment target) {
        ActorRef<Object> actor = partner.actor();
        for (int i = 0; i < 2_000; i++) {
            while (actor.tell(new Partner.Hit(i, i, i, i, i)) == Tell.FULL) {
                Thread.yield();
            }
        }
        assertEquals(
                2_000L, partner.system.ask(actor, new Partner.Count(), Partner.DEADLINE).join());
        for (long i = 0; i < 200; i++) {
            assertEquals(
                    i, partner.system.ask(actor, new Partner.Echo(i), Partner.DEADLINE).join());
        }
        String key = Long.toString(target.byteSize());
        partner.bulk.fetch(partner.address, key, target, Partner.DEADLINE).done().join();
        actor.stop();
    }

    /** The largest of the last quarter is no larger than that of the second, but for slack. */
    private static void assertFlat(List<Long> samples) {
        int quarter = samples.size() / 4;
        assertTrue(quarter > 0, "too short: " + samples.size() + " samples");
        long before = samples.subList(quarter, 2 * quarter).stream().reduce(0L, Math::max);
        long after =
                samples.subList(samples.size() - quarter, samples.size()).stream()
                        .reduce(0L, Math::max);
        assertTrue(after <= before + SLACK_BYTES, () -> "it grows, MiB: " + inMib(samples));
    }

    private static List<Long> inMib(List<Long> samples) {
        return samples.stream().map(bytes -> bytes / MIB).toList();
    }

    private static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS in /proc/" + pid + "/status");
    }
}
