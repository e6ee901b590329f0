package io.tharsis.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tharsis.Session;
import io.tharsis.Tensor;
import io.tharsis.Tensors;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class PrintingGoldenTest {

    @Test
    void shouldPrintAsNumPyDoes() {
        List<String> wrong = new ArrayList<>();
        try (Session session = GoldenRows.referenceSession();
                var _ = session.bind()) {
            for (String[] row : GoldenRows.read("printing.tsv")) {
                String expected = row[1].replace('|', '\n');
                String actual = GoldenRows.tensor(row[0]).text();
                if (!expected.equals(actual)) {
                    wrong.add(
                            row[0].substring(0, row[0].lastIndexOf(':'))
                                    + "\n"
                                    + expected
                                    + "\n--- here:\n"
                                    + actual);
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    @Test
    void shouldComputeOnlyTheEdgesItPrints() {
        try (Session session = GoldenRows.referenceSession();
                var _ = session.bind()) {
            Tensor large = Tensors.array(new double[2000]).plus(1);
            large.text();
            assertFalse(large.isStored());
        }
    }
}
