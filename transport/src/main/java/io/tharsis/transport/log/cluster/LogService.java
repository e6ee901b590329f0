package io.tharsis.transport.log.cluster;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import io.tharsis.transport.common.AeronErrors;
import io.tharsis.transport.log.Answer;
import io.tharsis.transport.log.ReplicatedLog;
import io.tharsis.transport.log.Role;
import io.tharsis.transport.log.StateMachine;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.UnsafeBuffer;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Gives the log's commands to a state machine and the leader's answers to the clients. <b>Threads:
 * the service's own</b>, but for what the volatile fields tell.
 */
final class LogService implements ClusteredService {
    private static final int MAX_FAILURE_TEXT = 1024;

    private final StateMachine machine;
    private final Consumer<Role> roles;
    private final AeronErrors errors;
    private final Answers answers = new Answers();
    private final UnsafeBuffer frame =
            new UnsafeBuffer(new byte[Frames.ANSWER_HEADER + ReplicatedLog.MAX_ANSWER]);
    private final Answer answer = this::setAnswer;
    private int answerLength;
    private Cluster cluster;

    private volatile long applied;
    private volatile long snapshot;
    private volatile long snapshots;
    private volatile long failures;
    private volatile Role role = Role.NONE;

    LogService(StateMachine machine, Consumer<Role> roles, AeronErrors errors) {
        this.machine = machine;
        this.roles = roles;
        this.errors = errors;
    }

    long applied() {
        return applied;
    }

    long snapshot() {
        return snapshot;
    }

    long snapshots() {
        return snapshots;
    }

    long failures() {
        return failures;
    }

    /** As the service knows it: one that leads hears late that it does no longer. */
    Role role() {
        return role;
    }

    long answersDropped() {
        return answers.dropped();
    }

    @Override
    public void onStart(Cluster cluster, Image snapshotImage) {
        this.cluster = cluster;
        if (snapshotImage != null) {
            SnapshotReader reader = new SnapshotReader(snapshotImage, cluster.idleStrategy());
            try {
                reader.head();
                machine.load(reader);
                reader.drain();
            } catch (Exception e) {
                throw new AgentTerminationException(e);
            }
            applied = cluster.logPosition();
            snapshot = applied;
        }
    }

    @Override
    public void onSessionMessage(
            ClientSession session,
            long timestamp,
            DirectBuffer buffer,
            int offset,
            int length,
            Header header) {
        long position = header.position();
        if (session == null || length < Frames.COMMAND_HEADER) {
            // Every member sees the same frame and passes it over alike.
            errors.onError(new IllegalArgumentException("no command: " + length + " bytes"));
            applied = position;
            return;
        }
        answerLength = 0;
        int status = Frames.ANSWERED;
        try {
            machine.apply(
                    position,
                    timestamp,
                    buffer,
                    offset + Frames.COMMAND_HEADER,
                    length - Frames.COMMAND_HEADER,
                    answer);
        } catch (Exception e) {
            status = Frames.FAILED;
            failed(e);
        } catch (Error e) {
            // Out of memory on this member alone, say: its state is not the others' any more.
            throw new AgentTerminationException(e);
        }
        applied = position;
        if (cluster.role() == Cluster.Role.LEADER) {
            Frames.answerHeader(frame, Frames.sequence(buffer, offset), status);
            answers.send(cluster.aeron(), session, frame, Frames.ANSWER_HEADER + answerLength);
        }
    }

    private void setAnswer(DirectBuffer buffer, int offset, int length) {
        if (length < 0 || length > ReplicatedLog.MAX_ANSWER) {
            throw new IllegalArgumentException(
                    "an answer has at most " + ReplicatedLog.MAX_ANSWER + " bytes: " + length);
        }
        frame.putBytes(Frames.ANSWER_HEADER, buffer, offset, length);
        answerLength = length;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void failed(Exception e) {
        failures++;
        errors.say(Level.WARNING, "the state machine threw", e);
        answerLength = Utf8.put(frame, Frames.ANSWER_HEADER, e.toString(), MAX_FAILURE_TEXT);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void onTakeSnapshot(ExclusivePublication publication) {
        SnapshotWriter writer = new SnapshotWriter(publication, cluster.idleStrategy());
        writer.head();
        machine.snapshot(writer);
        writer.end();
        snapshot = cluster.logPosition();
        snapshots++;
    }

    @Override
    public int doBackgroundWork(long nowNs) {
        return answers.flush();
    }

    @Override
    public void onSessionOpen(ClientSession session, long timestamp) {}

    @Override
    public void onSessionClose(ClientSession session, long timestamp, CloseReason closeReason) {
        answers.forget(session.id());
    }

    @Override
    public void onTimerEvent(long correlationId, long timestamp) {}

    @Override
    public void onRoleChange(Cluster.Role newRole) {
        answers.clear();
        role(newRole == Cluster.Role.LEADER ? Role.LEADER : Role.FOLLOWER);
    }

    private void role(Role now) {
        role = now;
        roles.accept(now);
    }

    @Override
    public void onNewLeadershipTermEvent(
            long leadershipTermId,
            long logPosition,
            long timestamp,
            long termBaseLogPosition,
            int leaderMemberId,
            int logSessionId,
            TimeUnit timeUnit,
            int appVersion) {
        if (leaderMemberId != cluster.memberId()) {
            role(Role.FOLLOWER);
        }
    }

    @Override
    public void onTerminate(Cluster cluster) {}
}
