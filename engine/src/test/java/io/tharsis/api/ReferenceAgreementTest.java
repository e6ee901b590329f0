package io.tharsis.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.TharsisException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random expressions: the engine, whatever its chunks, gives the reference's bits and errors. */
@Tag("slow")
class ReferenceAgreementTest {
    private static final int TRIALS = 2000;
    private static final long[] CHUNK_BYTES = {64, 1000, 1 << 20};

    private static String outcome(Session fresh, long seed, StringBuilder notes) {
        var random = new Random(seed);
        var expression = new RandomExpression(random);
        try (Session session = fresh;
                var _ = session.bind()) {
            Tensor tensor = expression.make(1 + random.nextInt(7));
            return tensor.dtype()
                    + Arrays.toString(tensor.execute().shape())
                    + Arrays.toString(GoldenRows.bits(tensor));
        } catch (TharsisException e) {
            return e.getClass().getName();
        } catch (RuntimeException | Error e) {
            return e + " at " + e.getStackTrace()[0];
        } finally {
            notes.append(expression.notes());
        }
    }

    @Test
    void shouldGiveTheBitsOfTheReference() {
        long first = Long.getLong("tests.seed", 1);
        System.out.println("seeds from " + first);
        List<String> wrong = new ArrayList<>();
        for (long seed = first; seed < first + TRIALS && wrong.size() < 20; seed++) {
            var notes = new StringBuilder();
            long chunkBytes = CHUNK_BYTES[(int) (seed % CHUNK_BYTES.length)];
            String expected = outcome(GoldenRows.referenceSession(), seed, notes);
            String actual = outcome(GoldenRows.localSession(chunkBytes), seed, new StringBuilder());
            if (!expected.equals(actual)) {
                wrong.add(
                        "seed "
                                + seed
                                + ", chunks of "
                                + chunkBytes
                                + " bytes: "
                                + notes
                                + "\n  reference "
                                + cut(expected)
                                + "\n  engine    "
                                + cut(actual));
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    private static String cut(String text) {
        return text.length() > 160 ? text.substring(0, 160) + "..." : text;
    }
}
