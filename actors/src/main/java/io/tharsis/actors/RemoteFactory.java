package io.tharsis.actors;

import java.util.function.Function;

/** What another process may have this one spawn. */
record RemoteFactory<A, M>(
        String name, Class<A> arguments, Function<A, Actor<M>> maker, ActorOptions<M> options) {
    ActorRef<M> spawn(ActorSystem system, String actorName, Object given) {
        if (given != null && !arguments.isInstance(given)) {
            throw new IllegalArgumentException(
                    "the factory %s takes a %s, not a %s"
                            .formatted(name, arguments.getName(), given.getClass().getName()));
        }
        A typed = arguments.cast(given);
        return system.spawn(() -> maker.apply(typed), actorName, options);
    }
}
