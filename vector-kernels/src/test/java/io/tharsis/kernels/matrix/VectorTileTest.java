package io.tharsis.kernels.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.layout.Transposition;
import io.tharsis.kernels.vector.CompilationLog;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** The generated tiles at every vector width: cold, once C2 has compiled them, and cut narrow. */
@Timeout(600)
class VectorTileTest {
    private static final int[] WIDTHS = {128, 256, 512};
    private static final long SEED = Long.getLong("tharsis.seed", System.nanoTime());

    VectorTileTest() {
        System.out.println("VectorTileTest seed " + SEED);
    }

    @Test
    void shouldGiveThePromisedBitsWhenCold() {
        for (Format format : RandomMatrices.FORMATS) {
            for (int bits : WIDTHS) {
                var product = new MatrixProduct(format, bits, false);
                new ProductChecks(product, format, SEED, bits + " bits cold").checkRandom(12);
            }
        }
    }

    @Test
    void shouldGiveThePromisedBitsOnceC2HasCompiledThem() throws Exception {
        try (var log = new CompilationLog()) {
            Set<String> hot = new TreeSet<>();
            for (Format format : RandomMatrices.FORMATS) {
                for (int bits : WIDTHS) {
                    var product = new MatrixProduct(format, bits, true);
                    assertTrue(product.awaitHot(Duration.ofMinutes(2)), format + "x" + bits);
                    String name = ((TileByTile) product.tileKernel()).tile().getClass().getName();
                    // Additions may have been compiled within their callers.
                    for (int vectors = TileShape.of(format, bits).vectors();
                            vectors > 0;
                            vectors--) {
                        hot.add(CompilationLog.key(name, "multiply" + vectors));
                    }
                    new ProductChecks(product, format, SEED, bits + " bits hot").checkRandom(60);
                }
            }
            hot.removeAll(log.compiled());
            assertEquals(Set.of(), hot, "methods that C2 has not compiled");
        }
    }

    @Test
    void shouldGiveThePromisedBitsWhenWideTilesAreRunInParts() {
        for (int bits : WIDTHS) {
            for (int most = 1; most < TileShape.of(Format.F64, bits).vectors(); most++) {
                TileShape shape = TileShape.of(Format.F64, bits);
                var parts =
                        new TileByTile(
                                TileWriter.generate(Format.F64, shape, most), shape, Double.BYTES);
                var product =
                        new MatrixProduct(
                                Format.F64,
                                shape,
                                new TieredTile(Format.F64, shape, parts),
                                Transposition.narrow(
                                        Double.BYTES, TileShape.PANEL_ROWS, bits, false));
                new ProductChecks(product, Format.F64, SEED, most + " of " + shape).checkRandom(10);
            }
        }
    }

    @Test
    void shouldTouchNoMemoryWhenIdle() {
        for (Format format : RandomMatrices.FORMATS) {
            for (int bits : WIDTHS) {
                TileShape shape = TileShape.of(format, bits);
                TwoStepTile tile = TileWriter.generate(format, shape, shape.vectors());
                // Whatever is touched at these addresses ends the JVM.
                for (int columns = 1; columns <= shape.columns(); columns++) {
                    tile.multiply(columns, 3, TwoStepTile.NOTHING, 0, 0);
                    for (int rows : new int[] {1, shape.rows() - 1, shape.rows(), 25}) {
                        tile.add(rows, columns, 0, 0, 0, 0, TwoStepTile.NOTHING);
                    }
                }
                for (int width : new int[] {TileShape.PANEL_ROWS, shape.columns()}) {
                    tile.spread(width * format.byteSize(), 3, 0, 0, TwoStepTile.NOTHING);
                }
            }
        }
    }
}
