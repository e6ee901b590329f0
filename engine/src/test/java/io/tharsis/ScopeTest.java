package io.tharsis;

import static io.tharsis.Tensors.arange;
import static io.tharsis.Tensors.unique;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Scopes close what was made in them; eager sessions compute what is made at once. */
class ScopeTest {
    @Test
    void shouldCloseWhatWasMadeInAScope() {
        try (var session = Session.local().threads(1).memory("64m").open();
                var _ = session.bind()) {
            Tensor outside = arange(1000).plus(1).execute();
            long before = session.memory().inUse();
            Tensor inside;
            try (var _ = session.scope()) {
                inside = outside.times(2).execute();
                assertTrue(session.memory().inUse() > before);
            }
            assertTrue(inside.isClosed());
            assertFalse(outside.isClosed());
            assertEquals(before, session.memory().inUse());
            assertThrows(ClosedException.class, inside::sum);
            outside.close();
            assertEquals(0, session.memory().inUse());
        }
    }

    @Test
    void shouldHandWhatIsKeptToTheScopeAround() {
        try (var session = Session.local().threads(1).memory("64m").open();
                var _ = session.bind()) {
            Tensor kept;
            Tensor free;
            try (var outer = session.scope()) {
                try (var inner = session.scope()) {
                    kept = inner.keep(arange(1000).plus(1).execute());
                    free = outer.keep(inner.keep(arange(1000).plus(2).execute()));
                }
                assertEquals(1000, kept.max().itemLong());
            }
            assertTrue(kept.isClosed());
            assertEquals(1001, free.max().itemLong());
            free.close();
        }
    }

    @Test
    void shouldStayInOrderWhenScopesCloseOutOfOrder() {
        try (var session = Session.local().threads(1).memory("64m").open();
                var _ = session.bind()) {
            Scope around = session.scope();
            Scope outer = session.scope();
            Scope inner = session.scope();
            outer.close();
            inner.close();
            inner.close();
            Tensor x = arange(10).plus(1).execute();
            assertFalse(x.isClosed());
            around.close();
            assertTrue(x.isClosed());
        }
    }

    @Test
    void shouldNotCloseTensorsOfAnotherSession() {
        try (var first = Session.local().threads(1).memory("64m").open();
                var second = Session.local().threads(1).memory("64m").open()) {
            Tensor x;
            try (var _ = first.scope();
                    var _ = second.bind()) {
                x = arange(10).plus(1).execute();
            }
            assertEquals(10, x.max().itemLong());
            x.close();
        }
    }

    @Test
    void shouldComputeAtOnceInAnEagerSession() {
        try (var session = Session.local().threads(1).memory("64m").eager().open();
                var _ = session.bind()) {
            Tensor x = arange(1000).plus(1);
            assertTrue(x.isStored());
            assertTrue(x.reshape(10, 100).T().sum(0).isStored());
            assertEquals(1000, unique(x).shape(0));
            try (var _ = session.scope()) {
                Tensor y = x.times(2);
                assertTrue(y.isStored());
                assertEquals(2000, y.max().itemLong());
            }
            assertThrows(ShapeException.class, () -> x.plus(arange(7)));
        }
    }

    @Test
    void shouldExplainWhatOnlyARunCanSize() {
        try (var session = Session.local().threads(1).memory("64m").open();
                var _ = session.bind();
                var _ = session.scope()) {
            Tensor x = unique(arange(100)).plus(1);
            assertTrue(session.explain(x).contains("unique"), () -> session.explain(x));
            assertFalse(x.isStored());
        }
    }
}
