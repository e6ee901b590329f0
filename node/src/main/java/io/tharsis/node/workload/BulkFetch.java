package io.tharsis.node.workload;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One large chunk fetched from another process into memory that is there. */
final class BulkFetch extends BetweenProcesses {
    BulkFetch(String name, Wiring wiring) {
        super(name, "n bytes fetched from another process, summed up and checked", wiring, 1 << 30);
    }

    @Override
    public Run prepare(long size) {
        Partner partner = Partner.start(wiring);
        MemorySegment target = Arena.ofAuto().allocate(size, 64).fill((byte) 1);
        // Has the data made there.
        fetch(partner, target);
        return new Sized(size, size) {
            @Override
            public void once() {
                fetch(partner, target);
            }

            /** The share of numbers that are as they were there: 1. */
            @Override
            public double value() {
                long right = 0;
                for (long i = 0; i < size / 8; i++) {
                    boolean same = target.get(ValueLayout.JAVA_LONG, 8 * i) == Partner.number(i);
                    right += same ? 1 : 0;
                }
                return size < 8 ? 1 : (double) right / (size / 8);
            }

            @Override
            public void close() {
                partner.close();
            }
        };
    }

    private static void fetch(Partner partner, MemorySegment target) {
        String key = Long.toString(target.byteSize());
        partner.bulk.fetch(partner.address, key, target, Partner.DEADLINE).done().join();
    }
}
