package io.tharsis.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.SessionStats;
import io.tharsis.engine.memory.PoolStats;
import io.tharsis.node.workload.Workload;
import io.tharsis.node.workload.Workloads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class BenchCommandTest {
    private static final String NUMBER = "[0-9.E-]+";

    private final Console console = new Console();

    @Test
    void shouldPrintOneObjectALine() {
        assertEquals(
                0,
                console.run(
                        "bench",
                        "add-times-sum",
                        "--size",
                        "1e4",
                        "--json",
                        "--runs",
                        "2",
                        "--threads",
                        "1"),
                console.err());
        String expected =
                "\\{\"workload\": \"add-times-sum\", \"size\": 10000, \"threads\": 1, \"first\": N,"
                    + " \"seconds\": N, \"median\": N, \"value\": N, \"peakRssMiB\": (N|null)}\n";
        assertTrue(console.out().matches(expected.replace("N", NUMBER)), console.out());
    }

    @Test
    void shouldPrintATableForPeople() {
        assertEquals(
                0, console.run("bench", "add-times", "-n", "10_000", "--runs", "1"), console.err());
        assertTrue(console.out().contains("GB/s"), console.out());
        assertTrue(console.out().startsWith("workload"), console.out());
    }

    @Test
    void shouldListEveryWorkload() {
        assertEquals(0, console.run("bench", "list"));
        for (Workload workload : Workloads.ALL) {
            assertTrue(console.out().contains(workload.name() + " "), console.out());
            assertTrue(console.out().contains(workload.description()), console.out());
        }
    }

    @Test
    void shouldRunAll() {
        assertEquals(
                0,
                console.run("bench", "all", "-n", "3000", "--runs", "1", "--json"),
                console.err());
        long expected = Workloads.ALL.stream().filter(w -> !w.isBetweenProcesses()).count();
        assertEquals(expected, console.out().lines().count());
    }

    @Test
    void shouldRunBetweenProcesses() {
        assertEquals(499.5, between("actor-ask-ipc", "1000"));
        assertEquals(1000, between("actor-tell-udp", "1000"));
        assertEquals(1, between("bulk-ipc", "1_000_000"));
        assertEquals(1, between("bulk-udp-1408-sealed", "100_000"));
    }

    private double between(String workload, String size) {
        assertEquals(0, console.run("bench", workload, "-n=" + size, "--once", "--json"));
        Matcher value = Pattern.compile("\"value\": ([0-9.]+)").matcher(console.out());
        double last = Double.NaN;
        while (value.find()) {
            last = Double.parseDouble(value.group(1));
        }
        return last;
    }

    @Test
    void shouldSuggestAWorkloadForAnUnknownOne() {
        assertEquals(2, console.run("bench", "add-timse"));
        assertTrue(console.err().contains("Did you mean: tharsis bench add-times?"), console.err());
        assertTrue(console.err().contains("black-scholes"), console.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--size=0", "--size=x", "--runs=0"})
    void shouldRefuseABadNumber(String option) {
        assertEquals(2, console.run("bench", "pi", option));
        assertTrue(console.err().contains("is no whole number from 1"), console.err());
    }

    @Test
    void shouldTakeTheMiddleOfTheRuns() {
        Timing odd = timing(0, 1, 2, 5);
        assertEquals(1, odd.best());
        assertEquals(2, odd.median());
        Timing even = timing(Double.NaN, 1, 2, 4, 5);
        assertEquals(3, even.median());
        assertTrue(
                even.json(true)
                        .contains("\"value\": null, \"peakRssMiB\": null, \"budgetMiB\": 1.0,"),
                even.json(true));
    }

    private static Timing timing(double value, double... later) {
        var pool = new PoolStats(1 << 20, 0, 0, 0, 0, 0);
        return new Timing(
                "w", 1, 0, 1, 9, later, value, OptionalLong.empty(), SessionStats.of(pool), "");
    }

    @Test
    void shouldTellOfMemoryWhereItIsLimited() {
        assertEquals(
                0, console.run("bench", "add-times", "-n=100_000", "--runs=1", "--memory=64m"));
        assertTrue(console.out().contains("  memory: peak "), console.out());
        assertTrue(console.out().contains(" of 64.0 MiB, spilled 0 bytes"), console.out());
    }
}
