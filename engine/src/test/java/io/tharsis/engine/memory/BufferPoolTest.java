package io.tharsis.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

class BufferPoolTest {
    private static final long MIB = 1 << 20;

    private static BufferPool pool(long capacity, boolean nativeMapping) {
        return new BufferPool(new MemoryBudget(capacity), nativeMapping, () -> {}, () -> "");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAlignBuffersOfEverySizeAndLetAllOfTheirBytesBeUsed(boolean nativeMapping) {
        try (BufferPool pool = pool(256 * MIB, nativeMapping)) {
            List<Buffer> buffers = new ArrayList<>();
            for (long size :
                    new long[] {
                        0,
                        1,
                        63,
                        64,
                        65,
                        4096,
                        8191,
                        300_000,
                        2 * MIB - 1,
                        2 * MIB,
                        2 * MIB + 1,
                        33 * MIB + 5
                    }) {
                Buffer buffer = pool.allocate(size);
                MemorySegment segment = buffer.segment();
                assertEquals(size, segment.byteSize());
                assertEquals(size, buffer.byteSize());
                assertEquals(0, segment.address() % 64, "alignment of " + size);
                segment.fill((byte) size);
                buffers.add(buffer);
            }
            for (Buffer buffer : buffers) {
                if (buffer.byteSize() > 0) {
                    assertEquals((byte) buffer.byteSize(), buffer.segment().get(JAVA_BYTE, 0));
                    assertEquals(
                            (byte) buffer.byteSize(),
                            buffer.segment().get(JAVA_BYTE, buffer.byteSize() - 1));
                }
                buffer.release();
            }
            assertEquals(0, pool.stats().inUse());
        }
    }

    @Test
    void shouldStartLargeBuffersOnAHugePage() {
        try (BufferPool pool = pool(64 * MIB, true)) {
            assumeTrue(pool.mapping().contains("huge"), "no mmap here");
            Buffer buffer = pool.allocate(5 * MIB);
            assertEquals(0, buffer.segment().address() % (2 * MIB));
            buffer.release();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 8192, 500_000, 7 << 20})
    void shouldReuseMemoryWithoutZeroingIt(long size) {
        try (BufferPool pool = pool(64 * MIB, true)) {
            Buffer first = pool.allocate(size);
            long address = first.segment().address();
            first.segment().set(JAVA_LONG, 0, 0x1234_5678_9abcL);
            first.release();
            Buffer second = pool.allocate(size);
            assertNotSame(first, second);
            assertEquals(address, second.segment().address());
            assertEquals(0x1234_5678_9abcL, second.segment().get(JAVA_LONG, 0));
            assertEquals(1, pool.stats().reuses());
            assertEquals(2, pool.stats().allocations());
            second.release();
        }
    }

    @Test
    void shouldGiveDistinctBlocksToLiveBuffers() {
        try (BufferPool pool = pool(64 * MIB, true)) {
            Set<Long> addresses = new HashSet<>();
            List<Buffer> buffers = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                Buffer buffer = pool.allocate(8192);
                buffers.add(buffer);
                assertTrue(addresses.add(buffer.segment().address()));
            }
            buffers.forEach(Buffer::release);
            assertEquals(0, pool.stats().inUse());
        }
    }

    @Test
    void shouldReturnToThePoolOnlyWithTheLastRelease() {
        try (BufferPool pool = pool(64 * MIB, true)) {
            Buffer buffer = pool.allocate(100).retain();
            buffer.release();
            assertTrue(buffer.isLive());
            assertEquals(128, pool.stats().inUse());
            buffer.release();
            assertFalse(buffer.isLive());
            assertEquals(0, pool.stats().inUse());
        }
    }

    @Test
    void shouldRefuseUseAndRetainAndReleaseAfterTheLastRelease() {
        try (BufferPool pool = pool(64 * MIB, true)) {
            Buffer buffer = pool.allocate(100);
            buffer.release();
            assertThrows(BufferReleasedException.class, buffer::release);
            assertThrows(BufferReleasedException.class, buffer::retain);
            assertThrows(BufferReleasedException.class, buffer::segment);
            assertEquals(0, pool.stats().inUse());
        }
    }

    @Test
    void shouldAskForACollectionOnceAndThenNameBothSides() {
        AtomicInteger asked = new AtomicInteger();
        MemoryBudget budget = new MemoryBudget(16 * MIB);
        try (BufferPool pool =
                new BufferPool(
                        budget, true, asked::incrementAndGet, () -> "x float64 (1250000,)")) {
            Buffer held = pool.allocate(10 * MIB);
            OutOfMemoryBudgetException refused =
                    assertThrows(OutOfMemoryBudgetException.class, () -> pool.allocate(7 * MIB));
            assertEquals(1, asked.get());
            assertEquals(7 * MIB, refused.bytesAsked());
            assertEquals(16 * MIB, refused.capacity());
            assertEquals(10 * MIB, refused.reserved());
            for (String part :
                    List.of("7340032", "16777216", "10485760", "x float64 (1250000,)", "close")) {
                assertTrue(refused.getMessage().contains(part), refused.getMessage());
            }
            held.release();
        }
    }

    @Test
    void shouldUseWhatTheCollectionFreed() {
        ConcurrentLinkedQueue<Buffer> unreachable = new ConcurrentLinkedQueue<>();
        Runnable collect = () -> unreachable.forEach(Buffer::release);
        try (BufferPool pool =
                new BufferPool(new MemoryBudget(16 * MIB), true, collect, () -> "")) {
            unreachable.add(pool.allocate(10 * MIB));
            pool.allocate(12 * MIB).release();
        }
    }

    @Test
    void shouldRefuseAtOnceWhatCanNeverFit() {
        AtomicInteger asked = new AtomicInteger();
        try (BufferPool pool =
                new BufferPool(
                        new MemoryBudget(16 * MIB), true, asked::incrementAndGet, () -> "")) {
            String message =
                    assertThrows(
                                    OutOfMemoryBudgetException.class,
                                    () -> pool.allocate(Long.MAX_VALUE))
                            .getMessage();
            assertTrue(message.contains("never"), message);
            assertEquals(0, asked.get());
            assertThrows(IllegalArgumentException.class, () -> pool.allocate(-1));
            assertNull(pool.tryAllocate(17 * MIB));
        }
    }

    @Test
    void shouldUnmapWhatIsKeptWhenAReservationNeedsTheRoom() {
        MemoryBudget budget = new MemoryBudget(40 * MIB);
        try (BufferPool pool = new BufferPool(budget)) {
            List<Buffer> buffers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                buffers.add(pool.allocate(3 * MIB));
            }
            buffers.add(pool.allocate(1000));
            buffers.add(pool.allocate(300_000));
            buffers.forEach(Buffer::release);
            assertTrue(pool.stats().pooledFree() > 0);
            assertEquals(pool.stats().pooledFree(), budget.reserved());
            Buffer all = pool.allocate(40 * MIB);
            assertEquals(40 * MIB, budget.reserved());
            assertEquals(0, pool.stats().pooledFree());
            all.release();
            assertEquals(0, budget.reserved(), "more than a quarter of the capacity is not kept");
        }
    }

    @Test
    void shouldServeSmallBuffersFromATinyBudget() {
        MemoryBudget budget = new MemoryBudget(200 << 10);
        try (BufferPool pool = new BufferPool(budget)) {
            Buffer first = pool.allocate(100);
            Buffer second = pool.allocate(100_000);
            assertThrows(OutOfMemoryBudgetException.class, () -> pool.allocate(70_000));
            Buffer third = pool.allocate(100);
            first.release();
            second.release();
            third.release();
        }
        assertEquals(0, budget.reserved());
    }

    @Test
    void shouldUnmapLiveBuffersAtTheirLastReleaseAfterClose() {
        MemoryBudget budget = new MemoryBudget(64 * MIB);
        BufferPool pool = new BufferPool(budget);
        Buffer small = pool.allocate(1000);
        Buffer sibling = pool.allocate(1000);
        Buffer large = pool.allocate(5 * MIB);
        pool.allocate(6 * MIB).release();
        pool.allocate(100_000).release();
        pool.close();
        pool.close();
        assertEquals(6 * MIB, budget.reserved());
        assertThrows(BufferPoolClosedException.class, () -> pool.allocate(1));
        small.segment().fill((byte) 1);
        large.segment().fill((byte) 2);
        large.release();
        small.release();
        assertEquals(MIB, budget.reserved());
        sibling.release();
        assertEquals(0, budget.reserved());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKeepExactCountsUnderManyThreads(boolean nativeMapping) throws InterruptedException {
        MemoryBudget budget = new MemoryBudget(48 * MIB);
        BufferPool pool = new BufferPool(budget, nativeMapping, () -> {}, () -> "");
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        long seed = Long.getLong("tharsis.test.seed", System.nanoTime());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            SplittableRandom random = new SplittableRandom(seed + t);
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            allocateAndReleaseAtRandom(
                                                    pool, random, nativeMapping ? 5_000 : 500);
                                        } catch (Throwable failure) {
                                            failures.add(failure);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), List.copyOf(failures), "seed " + seed);
        PoolStats stats = pool.stats();
        assertEquals(0, stats.inUse(), "seed " + seed);
        assertEquals(budget.reserved(), stats.pooledFree(), "seed " + seed);
        assertTrue(stats.peak() <= 48 * MIB);
        pool.close();
        assertEquals(0, budget.reserved(), "seed " + seed);
    }

    /**
     * Each buffer is stamped at both ends while it is live, so that two live buffers in the same
     * memory are noticed.
     */
    private static void allocateAndReleaseAtRandom(
            BufferPool pool, SplittableRandom random, int rounds) {
        List<Buffer> live = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            if (live.size() > 8 || (!live.isEmpty() && random.nextBoolean())) {
                Buffer buffer = live.remove(random.nextInt(live.size()));
                long end = buffer.byteSize() - 1;
                assertEquals(
                        (byte) System.identityHashCode(buffer), buffer.segment().get(JAVA_BYTE, 0));
                assertEquals(
                        (byte) System.identityHashCode(buffer),
                        buffer.segment().get(JAVA_BYTE, end));
                buffer.release();
            } else {
                long size = 1 + random.nextLong(1L << random.nextInt(1, 23));
                Buffer buffer = pool.tryAllocate(size);
                if (buffer != null) {
                    buffer.segment().set(JAVA_BYTE, 0, (byte) System.identityHashCode(buffer));
                    buffer.segment()
                            .set(JAVA_BYTE, size - 1, (byte) System.identityHashCode(buffer));
                    live.add(buffer);
                }
            }
        }
        live.forEach(Buffer::release);
    }

    @Test
    void shouldMapMoreThanTwoGibibytesWithoutTouchingThem() {
        try (BufferPool pool = pool(8192 * MIB, true)) {
            assumeTrue(pool.mapping().contains("huge"), "arenas would zero it all");
            Buffer buffer = pool.allocate(5000 * MIB);
            buffer.segment().set(JAVA_BYTE, 5000 * MIB - 1, (byte) 7);
            assertEquals(7, buffer.segment().get(JAVA_BYTE, 5000 * MIB - 1));
            assertEquals(0, buffer.segment().get(JAVA_BYTE, 0));
            buffer.release();
        }
    }

    @Test
    void shouldTellTheOwnerOfAWrappedSegmentWhenItIsDone() {
        AtomicInteger done = new AtomicInteger();
        Buffer buffer = Buffer.wrap(MemorySegment.ofArray(new byte[10]), done::incrementAndGet);
        buffer.retain();
        buffer.release();
        assertEquals(0, done.get());
        buffer.release();
        assertEquals(1, done.get());
    }

    @Test
    void shouldHaveSizeClassesThatHoldTheirSizesAndWasteLittle() {
        for (int index = 0; index < SizeClass.COUNT; index++) {
            long size = SizeClass.byteSizeOf(index);
            assertEquals(index, SizeClass.indexOf(size));
            if (index > 0) {
                long smallest = SizeClass.byteSizeOf(index - 1) + 1;
                assertEquals(index, SizeClass.indexOf(smallest));
                assertTrue(
                        size <= 256 || size - smallest < size / 5 + 1, size + " for " + smallest);
            }
        }
        assertEquals(2 * MIB, SizeClass.byteSizeOf(SizeClass.COUNT - 1));
    }
}
