package io.tharsis.engine.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import io.tharsis.engine.graph.Op;
import io.tharsis.engine.graph.Operand;
import io.tharsis.engine.graph.Shapes;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A plan is shared by graphs with equal keys, so a key must tell apart whatever a plan depends on,
 * and nothing else.
 */
final class GraphReaderTest {
    private final Session session = Session.local().threads(1).memory(64 << 20).open();
    private Session.Binding binding;

    @BeforeEach
    void bind() {
        binding = session.bind();
    }

    @AfterEach
    void unbind() {
        binding.close();
        session.close();
    }

    private static PlanKey key(Tensor... roots) {
        var reader = new GraphReader(Arrays.stream(roots).map(Tensor::operand).toList());
        reader.releaseHeld();
        return reader.key();
    }

    private static void assertSame(Tensor a, Tensor b) {
        assertEquals(key(a), key(b));
        assertEquals(key(a).hashCode(), key(b).hashCode());
    }

    private static void assertApart(Tensor a, Tensor b) {
        assertNotEquals(key(a), key(b));
    }

    private static Tensor x(long... shape) {
        return Tensors.uniform(shape);
    }

    @Test
    void shouldShareAPlanAmongNumbersSeedsAndStreams() {
        assertSame(x(4).plus(1.5), x(4).plus(-7.0));
        assertSame(Tensors.random(1).normal(3, 4), Tensors.random(2).normal(3, 4));
        Tensor data = x(10).execute();
        Tensor other = x(10).execute();
        assertSame(data.times(2), other.times(3));
    }

    @Test
    void shouldTellEqualNumbersFromDifferentOnes() {
        assertSame(x(4).plus(1.5).times(1.5), x(4).plus(-7.0).times(-7.0));
        assertSame(x(4).plus(1.5).times(2.5), x(4).plus(-7.0).times(7.0));
        assertApart(x(4).plus(1.5).times(1.5), x(4).plus(1.5).times(2.5));
        assertApart(x(4).plus(0.0).times(0.0), x(4).plus(0.0).times(-0.0));
        assertApart(twoUniforms(1, 1), twoUniforms(1, 2));
        assertSame(twoUniforms(1, 1), twoUniforms(2, 2));
    }

    private static Tensor twoUniforms(long seed, long other) {
        return Tensors.random(seed).uniform(4).plus(Tensors.random(other).uniform(4));
    }

    @Test
    void shouldReadEqualSourcesAsOneNode() {
        assertEquals(
                1,
                nodes(
                        Tensors.full(new long[] {3}, 2.0).operand(),
                        Tensors.full(new long[] {3}, 2.0).operand()));
        assertEquals(
                2,
                nodes(
                        Tensors.full(new long[] {3}, 2.0).operand(),
                        Tensors.full(new long[] {4}, 2.0).operand()));
        assertEquals(
                2,
                nodes(
                        Tensors.full(new long[] {3}, 0.0).operand(),
                        Tensors.full(new long[] {3}, -0.0).operand()));
        assertEquals(
                2,
                nodes(
                        Tensors.zeros(DType.INT32, 3).operand(),
                        Tensors.zeros(DType.INT64, 3).operand()));
        assertEquals(1, nodes(bits(7, 1, 3), bits(7, 1, 3)));
        assertEquals(2, nodes(bits(7, 1, 3), bits(7, 2, 3)));
        assertEquals(2, nodes(bits(7, 1, 3), bits(8, 1, 3)));
        assertEquals(2, nodes(bits(7, 1, 3), bits(7, 1, 4)));
        // lengths that only a run can tell may differ
        assertEquals(2, nodes(bits(7, 1, Shapes.UNKNOWN), bits(7, 1, Shapes.UNKNOWN)));
    }

    private static Operand bits(long seed, long stream, long length) {
        return new Operand(new Op.RandomBits(seed, stream), DType.UINT64, new long[] {length});
    }

    private static int nodes(Operand... roots) {
        var reader = new GraphReader(List.of(roots));
        reader.releaseHeld();
        return reader.operands().size();
    }

    @Test
    void shouldGiveEachOfTwoEqualRootsAResultOfItsOwn() {
        Tensor one = Tensors.full(new long[] {3}, 2.5);
        Tensor other = Tensors.full(new long[] {3}, 2.5);
        Tensors.execute(one, other);
        one.close();
        assertArrayEquals(new double[] {2.5, 2.5, 2.5}, other.toDoubleArray());
    }

    @Test
    void shouldComputeOnceWhatIsWrittenTwiceWithEqualNumbers() {
        Tensor data = x(10).execute();
        String text = data.minus(0.5).exp().plus(data.minus(0.5).exp()).explain();
        String optimized = text.substring(text.indexOf("optimized:"), text.indexOf("fused:"));
        assertEquals(1, count(optimized, " = SUBTRACT "), text);
        assertEquals(1, count(optimized, " = EXP "), text);
    }

    /** The columns of a table of statistics are built apart and ask the same of the same. */
    @Test
    void shouldLookForNaNsOnceInASummary() {
        Tensor table = x(3, 4).execute();
        Tensor finite = Tensors.where(Tensors.isfinite(table), table, Double.NaN);
        String text =
                session.explain(
                        table.nanmin(0),
                        table.nanmax(0),
                        table.nanmean(0),
                        table.nanstd(0),
                        Tensors.isnan(table).sum(0),
                        finite.nanmin(0),
                        finite.nanmax(0));
        String coarse = text.substring(0, text.indexOf("optimized:"));
        String optimized = text.substring(text.indexOf("optimized:"), text.indexOf("fused:"));
        assertTrue(count(coarse, " = ISNAN ") > 2, text);
        // of the table and of its finite elements
        assertEquals(2, count(optimized, " = ISNAN "), text);
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void shouldTellFunctionsApart() {
        assertApart(x(4).plus(1.0), x(4).minus(1.0));
        assertApart(x(4).sum(), x(4).max());
        assertApart(x(4, 4).sum(0), x(4, 4).sum(1));
        assertApart(x(4).sort(), x(4).cumsum());
        assertApart(x(4, 4).sort(0), x(4, 4).sort(1));
    }

    @Test
    void shouldTellShapesAndDtypesApart() {
        assertApart(x(4).plus(1.0), x(5).plus(1.0));
        assertApart(x(2, 6).plus(1.0), x(3, 4).plus(1.0));
        assertApart(x(4).astype(DType.INT32), x(4).astype(DType.INT64));
        assertApart(x(12).reshape(3, 4), x(12).reshape(4, 3));
    }

    @Test
    void shouldTellViewsApart() {
        assertApart(x(8).get("1:5"), x(8).get("2:6"));
        assertApart(x(8).get("::2"), x(8).get("::-2"));
        assertApart(x(4, 4).T(), x(4, 4).get(":, :"));
    }

    @Test
    void shouldTellWhichInputIsWhich() {
        Tensor a = x(4).execute();
        Tensor b = x(4).execute();
        assertApart(a.minus(b).times(a), a.minus(b).times(b));
        assertApart(a.minus(a), a.minus(b));
    }

    @Test
    void shouldTellRootsApart() {
        Tensor a = x(4);
        Tensor b = a.exp();
        Tensor c = b.log();
        assertNotEquals(key(c), key(b, c));
        assertNotEquals(key(b, c), key(c, b));
    }

    @Test
    void shouldTellCutsOfDataApart() {
        Tensor whole = x(100).execute();
        Tensor cut = x(100).rechunk(30).execute();
        assertApart(whole.plus(1.0), cut.plus(1.0));
        assertApart(x(100).rechunk(30), x(100).rechunk(40));
    }

    @Test
    void shouldReadKeptResultsAsData() {
        Tensor kept = x(6).exp();
        Tensor before = kept.plus(1.0);
        PlanKey lazy = key(before);
        kept.execute();
        assertNotEquals(lazy, key(before));
        assertSame(before, x(6).execute().plus(1.0));
        assertEquals(List.of(), List.copyOf(kept.operand().inputs()));
    }
}
