package io.tharsis.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.kernels.ir.Format;
import io.tharsis.kernels.ir.Lane;
import io.tharsis.kernels.ir.Ops.Access;
import io.tharsis.kernels.ir.Ops.CompareOp;
import io.tharsis.kernels.ir.Ops.FoldOp;
import io.tharsis.kernels.ir.Program;
import io.tharsis.kernels.ir.ProgramBuilder;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A few generated kernels as text: a refactoring of the generator shows as a diff of these files,
 * or as none.
 */
class KernelListingTest {
    @Test
    void shouldPrintAddTimes() throws IOException {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.F64, Access.CONTIGUOUS);
        b.store(b.mul(b.add(x, b.param(0, Lane.F64)), b.param(1, Lane.F64)), Format.F64);
        assertListing("add-times", b.build(), 512);
    }

    @Test
    void shouldPrintSumInRegisters() throws IOException {
        var b = new ProgramBuilder();
        b.foldLanes(FoldOp.ADD, b.load(0, Format.F64, Access.CONTIGUOUS));
        assertListing("sum", b.build(), 512);
    }

    @Test
    void shouldPrintMaskedMixOfLanes() throws IOException {
        var b = new ProgramBuilder();
        int x = b.load(0, Format.U8, Access.CONTIGUOUS);
        int mask = b.compare(CompareOp.LT, x, b.constant(10));
        int y = b.select(mask, b.convert(x, Lane.F64), b.load(1, Format.F64, Access.UNIFORM));
        b.store(mask, Format.BOOL);
        b.foldRows(FoldOp.MAX, y);
        assertListing("mixed-lanes", b.build(), 256);
    }

    /**
     * Set the system property {@code tharsis.listings} to the resource folder to write the files
     * anew.
     */
    private static void assertListing(String name, Program program, int bits) throws IOException {
        String actual = KernelListing.of(program, bits);
        String folder = System.getProperty("tharsis.listings");
        if (folder != null) {
            Files.writeString(Path.of(folder, name + ".txt"), actual);
        }
        try (InputStream expected = KernelListingTest.class.getResourceAsStream(name + ".txt")) {
            assertEquals(new String(expected.readAllBytes(), StandardCharsets.UTF_8), actual);
        }
    }
}
