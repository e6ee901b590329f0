package io.tharsis.golden;

import io.tharsis.Session;
import io.tharsis.kernels.vector.VectorKernels;

import org.junit.jupiter.api.Nested;

/** Each operation by itself on vector kernels, as they are when hot; their bits are the twin's. */
class VectorGoldenTest {
    @Nested
    class AtTheMachinesWidth extends GoldenContract {
        @Override
        Session open() {
            return Engines.vectors(VectorKernels.preferredBits());
        }

        @Override
        Session openOracle() {
            return Engines.reference();
        }

        @Override
        int sampleSize() {
            return 12;
        }
    }

    @Nested
    class AtTheLeastWidth extends GoldenContract {
        @Override
        Session open() {
            return Engines.vectors(128);
        }

        @Override
        Session openOracle() {
            return Engines.reference();
        }

        @Override
        int sampleSize() {
            return 4;
        }
    }
}
