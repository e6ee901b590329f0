import io.tharsis.actors.Actor;
import io.tharsis.actors.ActorContext;
import io.tharsis.actors.ActorRef;
import io.tharsis.actors.ActorSystem;
import io.tharsis.actors.Request;
import io.tharsis.transport.Address;
import io.tharsis.transport.Transport;
import io.tharsis.transport.aeron.AeronTransport;
import io.tharsis.transport.bulk.Bulk;
import io.tharsis.transport.bulk.BulkLease;
import io.tharsis.transport.seal.ClusterKey;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Two hosts, for scripts/test-hosts: {@code serve ADDRESS [KEY]} answers until its input ends,
 * {@code ask ADDRESS PEER [KEY]} asks it and fetches from it.
 */
class Hosts {
    record Double(long number) implements Request<Long> {}

    static class Doubler implements Actor<Double> {
        @Override
        public void receive(Double asked, ActorContext<Double> context) {
            context.reply(asked, 2 * asked.number());
        }
    }

    record Data(MemorySegment segment) implements BulkLease {
        @Override
        public long version() {
            return 1;
        }

        @Override
        public void close() {}
    }

    static Transport transport(String address, String[] args, int keyIndex) {
        ClusterKey key = args.length > keyIndex ? ClusterKey.read(Path.of(args[keyIndex])) : null;
        return AeronTransport.at(Address.parse(address))
                .embeddedDriver()
                .liveness(Duration.ofSeconds(3))
                .key(key)
                .start();
    }

    static ActorSystem system(Transport transport) {
        return ActorSystem.builder("hosts")
                .transport(transport)
                .messages(Double.class)
                .factory("doubler", Void.class, _ -> new Doubler())
                .build();
    }

    static void main(String[] args) throws IOException {
        Duration deadline = Duration.ofSeconds(10);
        if (args[0].equals("serve")) {
            Transport transport = transport(args[1], args, 2);
            MemorySegment data = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 1 << 20);
            data.setAtIndex(ValueLayout.JAVA_LONG, 99, 42);
            Bulk.on(transport, _ -> CompletableFuture.completedFuture(new Data(data)));
            try (ActorSystem _ = system(transport)) {
                System.out.println("ready");
                while (System.in.read() >= 0) {}
            }
            return;
        }
        Address peer = Address.parse(args[2]);
        Transport transport = transport(args[1], args, 3);
        Bulk bulk =
                Bulk.on(
                        transport,
                        _ -> CompletableFuture.failedFuture(new IllegalStateException("nothing")));
        try (ActorSystem system = system(transport)) {
            ActorRef<Double> doubler =
                    system.<Double>spawnAt(peer, "doubler", null, null, deadline).join();
            System.out.println("answer " + system.ask(doubler, new Double(21), deadline).join());
            MemorySegment target = Arena.ofAuto().allocate(8 << 20);
            bulk.fetch(peer, "data", target, deadline).done().join();
            System.out.println("fetched " + target.getAtIndex(ValueLayout.JAVA_LONG, 99));
        }
    }
}
