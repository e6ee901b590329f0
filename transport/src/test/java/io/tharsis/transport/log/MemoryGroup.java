package io.tharsis.transport.log;

import java.util.ArrayList;
import java.util.List;

/** Members in memory, on the log's own thread. */
final class MemoryGroup implements LogGroup {
    private final MemoryLog group;
    private final Journal[] journals;
    private final boolean[] down;
    private ReplicatedLog log;

    MemoryGroup(int count, long snapshotBytes) {
        journals = new Journal[count];
        down = new boolean[count];
        group = MemoryLog.threaded(count, snapshotBytes, id -> journals[id] = new Journal());
    }

    @Override
    public ReplicatedLog log() {
        if (log == null) {
            log = members().getFirst().log();
        }
        return log;
    }

    @Override
    public List<LogMember> members() {
        List<LogMember> up = new ArrayList<>();
        for (int i = 0; i < journals.length; i++) {
            if (!down[i]) {
                up.add(group.member(i));
            }
        }
        return up;
    }

    @Override
    public List<Journal> journals() {
        return members().stream().map(m -> journals[m.id()]).toList();
    }

    @Override
    public void restart() {
        for (int i = 0; i < journals.length; i++) {
            group.crash(i);
        }
        log = null;
        for (int i = 0; i < journals.length; i++) {
            group.restart(i);
        }
    }

    @Override
    public void loseMajority() {
        for (int i = journals.length - 1; i >= Math.min(1, journals.length - 1); i--) {
            group.crash(i);
            down[i] = true;
        }
    }

    @Override
    public void close() {
        group.close();
    }
}
