package io.tharsis.golden;

import io.tharsis.Session;

import org.junit.jupiter.api.Nested;

/**
 * The local engine, with chunks larger than any case and with tiny ones; its bits are the
 * reference's.
 */
class LocalGoldenTest {
    @Nested
    class InOneChunk extends GoldenContract {
        @Override
        Session open() {
            return Engines.local(1, 1 << 20);
        }

        @Override
        Session openOracle() {
            return Engines.reference();
        }
    }

    @Nested
    class InTinyChunks extends GoldenContract {
        @Override
        Session open() {
            return Engines.local(2, 56);
        }

        @Override
        Session openOracle() {
            return Engines.reference();
        }
    }
}
