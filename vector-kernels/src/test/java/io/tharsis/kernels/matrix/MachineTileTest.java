package io.tharsis.kernels.matrix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.machine.Processor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tiles in machine code, at every width that this processor has. */
@Timeout(120)
class MachineTileTest {
    private static final Format[] FORMATS = {Format.F64, Format.F32};
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime());

    MachineTileTest() {
        System.out.println("MachineTileTest seed " + SEED);
        assumeTrue(Processor.THIS.vectorBits() > 0, "no machine code here");
    }

    @Test
    void shouldGiveThePromisedBits() {
        for (Format format : FORMATS) {
            for (int bits = 256; bits <= Processor.THIS.vectorBits(); bits *= 2) {
                var product = new MatrixProduct(format, MachineTile.of(format, bits), bits, false);
                new ProductChecks(product, format, SEED, bits + " bits").checkRandom(200);
            }
        }
    }
}
