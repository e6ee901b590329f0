package io.tharsis.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;

class ProcessorTest {
    private static final int FMA = 1 << 12;
    private static final int AVX2 = 1 << 5;
    private static final int AVX512F = 1 << 16;

    @Test
    void shouldOfferVectorsThatTheSystemSaves() {
        assertEquals(512, Processor.of(FMA, AVX2 | AVX512F, 0xE7).vectorBits());
        assertEquals(256, Processor.of(FMA, AVX2 | AVX512F, 0x07).vectorBits());
        assertEquals(256, Processor.of(FMA, AVX2, 0xE7).vectorBits());
        assertEquals(0, Processor.of(0, AVX2 | AVX512F, 0xE7).vectorBits());
        assertEquals(0, Processor.of(FMA, AVX512F, 0xE7).vectorBits());
        assertEquals(0, Processor.of(FMA, AVX2 | AVX512F, 0x01).vectorBits());
        assertEquals(0, Processor.of(FMA, AVX2 | AVX512F, 0).vectorBits());
    }

    @Test
    void shouldSayWhatLinuxSays() throws Exception {
        Path cpuinfo = Path.of("/proc/cpuinfo");
        assumeTrue(Files.isReadable(cpuinfo), "SKIPPED: no Linux");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "SKIPPED: no x86-64");
        assumeTrue(System.getProperty("tharsis.machine") == null, "SKIPPED: -Dtharsis.machine");
        String flags =
                Files.readAllLines(cpuinfo).stream()
                                .filter(line -> line.startsWith("flags"))
                                .findFirst()
                                .orElseThrow()
                        + " ";
        boolean has256 = flags.contains(" avx2 ") && flags.contains(" fma ");
        int expected = !has256 ? 0 : flags.contains(" avx512f ") ? 512 : 256;
        assertEquals(expected, Processor.THIS.vectorBits(), Processor.THIS.found());
    }
}
