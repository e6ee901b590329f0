package io.tharsis.node;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.math.BigDecimal;

/**
 * Counts as people write them: {@code 200000000}, {@code 200_000_000} or {@code 2e8}; at least 1.
 */
final class Counts implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        try {
            long count = new BigDecimal(text.strip().replace("_", "")).longValueExact();
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException | ArithmeticException _) {
            // said below
        }
        throw new TypeConversionException(
                "'"
                        + text
                        + "' is no whole number from 1 to "
                        + Long.MAX_VALUE
                        + "; write 200000000, 200_000_000 or 2e8");
    }
}
