package io.tharsis.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tharsis.DType;
import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A plan is shared by graphs with equal keys, so a key must tell apart whatever a plan depends on, and nothing else. */
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
