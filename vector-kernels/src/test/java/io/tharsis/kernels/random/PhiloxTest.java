package io.tharsis.kernels.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.kernels.ScalarRun;
import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.ProgramBuilder;

import org.junit.jupiter.api.Test;

class PhiloxTest {
    @Test
    void shouldReproduceThePublishedVectors() {
        check(0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        check(-1, -1, -1, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        check(
                0x85a308d3243f6a88L,
                0x0370734413198a2eL,
                0x299f31d0a4093822L,
                0xd16cfe09,
                0x94fdcceb,
                0x5001e420,
                0x24126ea1);
    }

    private static void check(long counter, long stream, long key, int... expected) {
        int[] words = new int[4];
        Philox.block(counter, stream, key, words);
        assertArrayEquals(expected, words);
        for (int word = 0; word < 4; word++) {
            assertEquals(expected[word], Philox.word(counter, stream, key, word));
        }
    }

    @Test
    void shouldServeElementsAsTheKernelsDo() {
        long key = 0xfedcba9876543210L;
        long stream = -3;
        long first = (1L << 34) + 1;
        long[] params = {key, stream};
        for (Lane lane : new Lane[] {Lane.I64, Lane.I32}) {
            var b = new ProgramBuilder();
            Format format = Format.valueOf(lane.name());
            b.store(b.philoxStream(0, b.param(0, Lane.I64), b.param(1, Lane.I64), lane), format);
            long[] actual = ScalarRun.run(b.build(), format, 1001, params, first);
            for (int i = 0; i < actual.length; i++) {
                long element = first + i;
                long expected =
                        lane == Lane.I64
                                ? Philox.long64(key, stream, element)
                                : Philox.int32(key, stream, element);
                assertEquals(expected, actual[i], lane + " element " + element);
            }
        }
    }
}
