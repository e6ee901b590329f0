package io.tharsis.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tharsis.actors.RemoteWorld.Give;
import io.tharsis.actors.RemoteWorld.Note;
import io.tharsis.actors.RemoteWorld.Pass;
import io.tharsis.actors.RemoteWorld.Process;
import io.tharsis.transport.Address;
import io.tharsis.transport.Link;
import io.tharsis.transport.link.FrameLink;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a process says that means ill, or has lost its mind: bytes by chance, and messages of actors
 * with some bits flipped, cut short, or made longer. Whoever gets them throws nothing, and goes on
 * with everybody else.
 */
@Timeout(120)
final class RemoteFuzzTest {
    private static final int MESSAGES = 3000;

    private final long seed = Seeds.of("RemoteFuzzTest");
    private final Random random = new Random(seed);
    private final RemoteWorld world = new RemoteWorld(seed);

    @Test
    void nonsenseShouldHurtNobodyElse() {
        Process a = world.start("a");
        Process b =
                world.start(
                        "b",
                        builder -> builder.factory("giver", Note.class, _ -> RemoteWorld::give));
        List<byte[]> seen = talk(a, b);
        var evil = world.transport(new Address("evil", 1));
        Link link = evil.link(b.address);
        var rejected = new int[1];
        var counting = counting(b.tap.link(evil.self().address()), rejected);
        for (int i = 0; i < MESSAGES; i++) {
            byte[] bytes =
                    random.nextInt(4) == 0
                            ? noise()
                            : mutated(seen.get(random.nextInt(seen.size())));
            // Some by the wire, most without, as a rejection ends the connection for a while.
            if (random.nextInt(20) == 0) {
                link.offer(0, new UnsafeBuffer(bytes), 0, bytes.length);
            } else {
                b.tap.deliver(evil.self(), bytes, counting);
            }
            if (random.nextInt(8) == 0) {
                world.network.advance(Duration.ofMillis(random.nextInt(10)));
            }
        }
        world.settle();
        world.checkNothingThrown();
        assertTrue(b.tap.stats().malformed() > 0, "nothing was rejected on the wire");
        assertTrue(rejected[0] > 100, () -> "rejected: " + rejected[0]);
        assertTrue(b.dead.size() > 100, () -> "dead letters: " + b.dead.size());
        // All is as it was for the other one, but for actors that were named in what was flipped.
        b.system.lookup("new").ifPresent(ActorRef::stop);
        b.spawn("new", RemoteWorld::give);
        ActorRef<Object> fresh = a.find(b, "new");
        var asked = a.system.ask(fresh, new Give("int"), RemoteWorld.LIMIT);
        assertEquals(1, world.end(asked).join());
        evil.close();
        world.settle();
        assertTrue(!b.held().contains("evil:1"), b::held);
    }

    /** The same link, but that it only counts rejections. */
    private static FrameLink counting(Link link, int[] rejected) {
        return (FrameLink)
                Proxy.newProxyInstance(
                        FrameLink.class.getClassLoader(),
                        new Class<?>[] {FrameLink.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("reject")) {
                                rejected[0]++;
                                return null;
                            }
                            return method.invoke(link, arguments);
                        });
    }

    /** Has one process say all that can be said to another; answers what the other has heard. */
    private List<byte[]> talk(Process a, Process b) {
        ActorRef<Object> mine = a.spawn("mine", RemoteWorld::give);
        b.spawn("theirs", RemoteWorld::give);
        b.spawn("passes", (message, context) -> ((Pass) message).ref().tell(new Note(1)));
        ActorRef<Object> theirs = a.find(b, "theirs");
        RemoteWorld.ANSWERS.keySet().forEach(what -> ask(a, theirs, what));
        for (String what : List.of("null", "never", "nothing", "fail", "stranger", "self")) {
            ask(a, theirs, what);
        }
        a.find(b, "passes").tell(new Pass("", mine));
        theirs.tellWhenRoom(new Note(2), RemoteWorld.LIMIT);
        ActorRef<Object> watcher =
                a.system.spawn(() -> new RemoteWorld.Watching(new ArrayList<>()));
        watcher.tell(theirs);
        world.settle();
        watcher.tell(java.util.Optional.of(theirs));
        watcher.tell(theirs);
        for (int i = 0; i < 3; i++) {
            a.system.spawnAt(b.address, "giver", new Note(i), "n" + i, RemoteWorld.LIMIT);
            a.system.spawnAt(b.address, "none", null, null, RemoteWorld.LIMIT);
        }
        // So that it hears answers, too.
        ActorRef<Object> found = b.find(a, "mine");
        RemoteWorld.ANSWERS.keySet().forEach(what -> ask(b, found, what));
        ask(b, found, "fail"); // Soon nobody finds it any more.
        found.tellWhenRoom(new Note(3), RemoteWorld.LIMIT);
        world.settle();
        a.find(b, "n1").stop();
        mine.stop();
        world.settle();
        assertTrue(
                b.tap.messages.stream().map(bytes -> bytes[0]).distinct().count() >= 10,
                "not all kinds were said");
        return List.copyOf(b.tap.messages);
    }

    private void ask(Process from, ActorRef<Object> to, String what) {
        from.system.ask(to, new Give(what), RemoteWorld.LIMIT);
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        if (bytes.length > 0 && random.nextBoolean()) {
            bytes[0] = (byte) random.nextInt(14);
        }
        return bytes;
    }

    private byte[] mutated(byte[] message) {
        int length =
                switch (random.nextInt(5)) {
                    case 0 -> random.nextInt(message.length + 1);
                    case 1 -> message.length + random.nextInt(20);
                    default -> message.length;
                };
        byte[] bytes = new byte[length];
        System.arraycopy(message, 0, bytes, 0, Math.min(length, message.length));
        for (int flips = random.nextInt(4); flips > 0 && length > 0; flips--) {
            switch (random.nextInt(3)) {
                case 0 -> bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[random.nextInt(length)] = (byte) random.nextInt();
                default -> {
                    // Lengths and nulls.
                    int at = random.nextInt(length);
                    for (int i = at; i < Math.min(length, at + 4); i++) {
                        bytes[i] = -1;
                    }
                }
            }
        }
        return bytes;
    }
}
