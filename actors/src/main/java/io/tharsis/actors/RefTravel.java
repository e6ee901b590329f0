package io.tharsis.actors;

import io.tharsis.actors.codec.Decoder;
import io.tharsis.actors.codec.Encoder;
import io.tharsis.actors.codec.RefCodec;
import io.tharsis.transport.Address;

/**
 * How references travel: where the actor is, in which system, its number there, and its path for
 * people. One that comes home is the actor itself again.
 *
 * @param remoting whose references they become when they are read
 */
record RefTravel(Remoting remoting) implements RefCodec<ActorRef<?>> {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Class<ActorRef<?>> type() {
        return (Class) ActorRef.class;
    }

    @Override
    public void write(ActorRef<?> ref, Encoder out) {
        switch (ref) {
            case Cell<?> cell -> {
                Remoting home = cell.system.remoting();
                if (home == null) {
                    throw new IllegalArgumentException(
                            "the reference to %s cannot travel: its system %s is on no endpoint"
                                    .formatted(cell.name(), cell.system.name()));
                }
                home.export(cell);
                put(out, home.address(), home.id(), cell.number(), cell.name());
            }
            case RemoteRef<?> there ->
                    put(out, there.address(), there.systemId(), there.number(), there.path());
        }
    }

    private static void put(Encoder out, Address at, long systemId, long number, String path) {
        out.putString(at.host());
        out.putInt(at.port());
        out.putLong(systemId);
        out.putLong(number);
        out.putString(path);
    }

    @Override
    public ActorRef<?> read(Decoder in) {
        var at = new Address(in.getString(), in.getInt());
        return remoting.reference(at, in.getLong(), in.getLong(), in.getString());
    }
}
