package io.tharsis.snippets;

import static io.tharsis.Slice.*;
import static io.tharsis.Tensors.*;

import io.tharsis.Computation;
import io.tharsis.DType;
import io.tharsis.Scope;
import io.tharsis.Session;
import io.tharsis.ShapeException;
import io.tharsis.Tensor;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The short pieces of the tutorial; a method for each, named as its region. */
final class Snippets {
    private Snippets() {}

    static void slices() {
        // @start region="slices"
        Tensor x = arange(12).reshape(3, 4);
        x.get("1:, ::2").show();
        x.get(at(-1), reversed()).show();
        x.get(x.rem(5).eq(0)).show();
        x.set("0", -1).show();
        // @end
    }

    static void keep() {
        // @start region="keep"
        Tensor a = arange(1_000_000).div(1000.0).execute();
        System.out.println(a);
        Tensor spread = a.max().minus(a.min());
        System.out.println(spread.item());
        a.close();
        // @end
    }

    static void session() {
        // @start region="session"
        try (Session session = Session.local().threads(2).memory("256m").open();
                Session.Binding _ = session.bind();
                Scope _ = session.scope()) {
            Tensor a = normal(4_000_000).execute();
            Tensor b = a.exp();
            Tensor c = a.square();
            execute(b, c);
            System.out.println(b.isStored() && c.isStored());
            System.out.println(session.memory().peak() <= 256L << 20);
        }
        // @end
    }

    static void async() {
        // @start region="async"
        Computation running = random(7).uniform(2_000_000).sort().executeAsync();
        System.out.println(running.progress() <= 1);
        running.await(Duration.ofMinutes(1));
        System.out.println(running.isDone());
        // @end
    }

    static void blocks() {
        // @start region="blocks"
        Tensor words = of(0x0F, 0xFF, 0x7);
        Tensor bits =
                words.mapBlocks(
                        DType.INT32,
                        (in, out) -> {
                            for (long i = 0; i < in.size(); i++) {
                                int word = in.segment().getAtIndex(ValueLayout.JAVA_INT, i);
                                out.segment()
                                        .setAtIndex(
                                                ValueLayout.JAVA_INT, i, Integer.bitCount(word));
                            }
                        });
        bits.show();
        // @end
    }

    static void errors() {
        // @start region="errors"
        try {
            zeros(3, 4).plus(ones(2));
        } catch (ShapeException e) {
            System.out.println(e.getMessage());
        }
        // @end
    }

    static void files() throws IOException {
        Path folder = Files.createTempDirectory("tharsis-snippets");
        // @start region="files"
        Path file = folder.resolve("squares.npy");
        arange(5).square().toNpy(file);
        fromNpy(file).show();
        // @end
        Files.delete(file);
        Files.delete(folder);
    }
}
