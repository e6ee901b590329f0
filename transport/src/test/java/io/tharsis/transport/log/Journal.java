package io.tharsis.transport.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayList;
import java.util.List;

/**
 * A state machine that remembers what it was given, in order, and answers how much that is. A
 * command {@code throw...} makes it throw after it has been remembered, {@code echo...} has it
 * answer with the command, {@code time} with the log's clock, {@code large} with more than is
 * allowed; {@code ask x} is not remembered and answers at what index x is, or -1; {@code
 * unsaved...} is not remembered, so that logs can grow without the state.
 */
final class Journal implements StateMachine {
    private final List<String> entries = new ArrayList<>();
    private long lastPosition;
    private long lastTimestamp;
    private long passed;
    private int loads;
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();

    @Override
    public synchronized void apply(
            long position,
            long timestampMs,
            DirectBuffer command,
            int offset,
            int length,
            Answer answer) {
        if (position <= lastPosition || timestampMs < lastTimestamp) {
            throw new AssertionError(
                    "position " + position + " after " + lastPosition + ", time " + timestampMs);
        }
        lastPosition = position;
        lastTimestamp = timestampMs;
        String text = command.getStringWithoutLengthUtf8(offset, Math.min(length, 64));
        if (text.startsWith("unsaved")) {
            passed++;
            return;
        }
        if (text.startsWith("ask ")) {
            answer(answer, Integer.toString(entries.indexOf(text.substring(4))));
            return;
        }
        entries.add(text);
        if (text.startsWith("throw")) {
            throw new IllegalStateException("told to: " + text);
        } else if (text.startsWith("echo")) {
            answer.set(command, offset, length);
        } else if (text.equals("time")) {
            answer(answer, Long.toString(timestampMs));
        } else if (text.equals("large")) {
            answer.set(new UnsafeBuffer(new byte[1 << 20]), 0, 1 << 20);
        } else {
            answer(answer, Integer.toString(entries.size()));
        }
    }

    private void answer(Answer answer, String text) {
        answer.set(scratch, 0, scratch.putStringWithoutLengthUtf8(0, text));
    }

    @Override
    public synchronized void snapshot(SnapshotSink sink) {
        scratch.putLong(0, lastPosition);
        scratch.putLong(8, lastTimestamp);
        scratch.putLong(16, passed);
        sink.write(scratch, 0, 24);
        for (String entry : entries) {
            byte[] bytes = entry.getBytes(UTF_8);
            sink.write(new UnsafeBuffer(bytes), 0, bytes.length);
        }
    }

    @Override
    public synchronized void load(SnapshotSource source) {
        entries.clear();
        loads++;
        source.read(
                (chunk, offset, length) -> {
                    lastPosition = chunk.getLong(offset);
                    lastTimestamp = chunk.getLong(offset + 8);
                    passed = chunk.getLong(offset + 16);
                });
        while (source.read(
                (chunk, offset, length) ->
                        entries.add(chunk.getStringWithoutLengthUtf8(offset, length)))) {
            // The next one.
        }
    }

    synchronized List<String> entries() {
        return List.copyOf(entries);
    }

    synchronized long passed() {
        return passed;
    }

    synchronized int loads() {
        return loads;
    }
}
